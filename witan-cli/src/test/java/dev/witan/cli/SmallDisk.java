// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import org.junit.jupiter.api.Assumptions;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A real file system of few bytes, or one that is read-only, so that what the kernel says about it
/// is real too.
///
/// A helper process mounts it in memory in a mount namespace of its own, which needs no rights and
/// which nobody else sees; [#path] leads in through that process. It is gone when closed.
final class SmallDisk implements AutoCloseable {
    private static final String HELPER =
            """
            mount -t tmpfs -o "$1" none "$2" && echo done || exit 1
            while read -r options; do
                mount -o "remount,$options" "$2" && echo done || exit 1
            done
            """;

    private final Process helper;
    private final BufferedReader answers;
    private final Path path;

    private SmallDisk(Process helper, Path at) {
        this.helper = helper;
        this.answers = helper.inputReader(StandardCharsets.UTF_8);
        this.path = Path.of("/proc/" + helper.pid() + "/root" + at);
    }

    /// Mounts a file system with options of tmpfs, such as `size=1m`; where the system has no mount
    /// namespaces for users, or forbids them, the calling test ends as an assumption that says so.
    static SmallDisk mount(Path folder, String options) throws IOException {
        Path at = Files.createDirectories(folder).toRealPath();
        Process helper;
        try {
            helper =
                    new ProcessBuilder(
                                    "unshare",
                                    "--user",
                                    "--map-root-user",
                                    "--mount",
                                    "sh",
                                    "-c",
                                    HELPER,
                                    "sh",
                                    options,
                                    at.toString())
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            return Assumptions.abort("a small disk cannot be mounted: " + e.getMessage());
        }
        var disk = new SmallDisk(helper, at);
        String answer = disk.answers.readLine();
        if (!"done".equals(answer)) {
            helper.destroyForcibly();
            return Assumptions.abort("a small disk cannot be mounted: " + answer);
        }
        return disk;
    }

    /// Its root, as other processes reach it.
    Path path() {
        return path;
    }

    /// Changes options, such as `size=1m` or `ro`, while it is in use.
    void change(String options) throws IOException {
        helper.outputWriter(StandardCharsets.UTF_8).append(options).append('\n').flush();
        String answer = answers.readLine();
        if (!"done".equals(answer)) {
            throw new IOException("options " + options + " were refused: " + answer);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        helper.outputWriter(StandardCharsets.UTF_8).close();
        if (!helper.waitFor(10, TimeUnit.SECONDS)) {
            helper.destroyForcibly();
        }
    }
}
