// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.checkpoint;

import dev.witan.train.loop.TinyTraining;
import dev.witan.train.metrics.MetricsSink;
import dev.witan.train.metrics.TrainingEvent;
import dev.witan.train.session.TrainingRequest;
import dev.witan.train.session.TrainingSession;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Trains the tiny model; as a process of its own, a test can kill it.
public final class TinyRun {
    private TinyRun() {}

    /// Arguments: data file, run folder, `fresh` or `resume`, settings.
    public static void main(String[] args) throws IOException {
        try (TrainingSession session =
                open(
                        Path.of(args[0]),
                        Path.of(args[1]),
                        args[2].equals("resume"),
                        Arrays.copyOfRange(args, 3, args.length))) {
            session.train();
        }
    }

    static TrainingSession open(Path data, Path out, boolean resume, String... settings)
            throws IOException {
        return TrainingSession.open(
                new TrainingRequest(
                        TinyTraining.config(settings),
                        List.of(data),
                        List.of(),
                        out,
                        resume,
                        Optional.empty(),
                        Map.of("program", "test")),
                InstantSource.system(),
                new Nothing());
    }

    static Process start(Path data, Path out, String mode, String... settings) throws IOException {
        var command =
                new java.util.ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dorg.bytedeco.javacpp.cachedir="
                                        + System.getProperty("org.bytedeco.javacpp.cachedir", ""),
                                "-cp",
                                System.getProperty("java.class.path"),
                                TinyRun.class.getName(),
                                data.toString(),
                                out.toString(),
                                mode));
        command.addAll(Arrays.asList(settings));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.resolveSibling(out.getFileName() + ".log").toFile())
                .start();
    }

    /// A sink that keeps nothing.
    private static final class Nothing implements MetricsSink {
        @Override
        public void accept(TrainingEvent event) {}

        @Override
        public void close() {}
    }
}
