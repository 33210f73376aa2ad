// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.layer;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Runs [MoeLayerBenchmark] and [GemmBenchmark] and sets them side by side: `LayerSpeed FILE [JMH
/// OPTION...]`, where the file gets the table. JMH reports to standard output on the way.
public final class LayerSpeed {
    private LayerSpeed() {}

    /// Writes the table.
    public static void main(String[] args)
            throws IOException, RunnerException, CommandLineOptionException {
        if (args.length < 1 || args[0].startsWith("-")) {
            throw new IllegalArgumentException("usage: LayerSpeed FILE [JMH OPTION...]");
        }
        var given = new CommandLineOptions(Arrays.copyOfRange(args, 1, args.length));
        var options = new OptionsBuilder().parent(given).shouldFailOnError(true);
        if (given.getIncludes().isEmpty()) {
            options.include(LayerSpeed.class.getPackageName().replace(".", "\\."));
        }
        Files.writeString(
                Path.of(args[0]), LayerRates.of(new Runner(options.build()).run()).table());
    }
}
