// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A running [HostMain].
final class HostProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final Writer in;
    private final InetSocketAddress address;

    private HostProcess(Process process) throws IOException {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.in = process.outputWriter(StandardCharsets.UTF_8);
        int port = Integer.parseInt(line().substring("port ".length()));
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    static HostProcess start(HostSpec spec) throws IOException {
        List<String> command =
                Stream.concat(
                                Stream.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "--enable-native-access=ALL-UNNAMED",
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1",
                                        "-Xmx512m",
                                        "-Dorg.bytedeco.javacpp.cachedir="
                                                + System.getProperty(
                                                        "org.bytedeco.javacpp.cachedir"),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        HostMain.class.getName()),
                                Stream.of(
                                                (long) spec.modelWidth(),
                                                (long) spec.expertWidth(),
                                                (long) spec.experts(),
                                                (long) spec.hosts(),
                                                (long) spec.host(),
                                                spec.seed())
                                        .map(String::valueOf))
                        .toList();
        return new HostProcess(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    InetSocketAddress address() {
        return address;
    }

    /// The next line it prints.
    String line() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the host ended");
        }
        return line;
    }

    /// Gives a command and reads its answer.
    String ask(String command) throws IOException {
        in.write(command + "\n");
        in.flush();
        return line();
    }

    /// Kills it as `kill -9` does.
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
