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

/// A running host, such as [HostMain].
public final class HostProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final Writer in;
    private final List<InetSocketAddress> addresses;

    private HostProcess(Process process) throws IOException {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.in = process.outputWriter(StandardCharsets.UTF_8);
        this.addresses =
                Stream.of(line().substring("port ".length()).split(" ", -1))
                        .map(Integer::parseInt)
                        .map(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .toList();
    }

    static HostProcess start(HostSpec spec) throws IOException {
        return start(
                HostMain.class,
                Stream.of(
                                (long) spec.modelWidth(),
                                (long) spec.expertWidth(),
                                (long) spec.experts(),
                                (long) spec.hosts(),
                                (long) spec.host(),
                                spec.seed())
                        .map(String::valueOf)
                        .toList());
    }

    /// Starts a host and waits until it has printed its ports.
    public static HostProcess start(Class<?> main, List<String> arguments) throws IOException {
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
                                        main.getName()),
                                arguments.stream())
                        .toList();
        return new HostProcess(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    InetSocketAddress address() {
        return addresses.getFirst();
    }

    /// Where it listens, in the order in which it printed its ports.
    public List<InetSocketAddress> addresses() {
        return addresses;
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
    public String ask(String command) throws IOException {
        in.write(command + "\n");
        in.flush();
        return line();
    }

    /// Kills it as `kill -9` does.
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
