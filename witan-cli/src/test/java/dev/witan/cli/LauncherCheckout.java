// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A small checkout with the real `witan` script, the real jars and a stand-in for Maven that
/// delivers them. Its path has a blank, its PATH holds only the tools that the script may use, and
/// the usual places of JDKs outside the home folder are taken out of the script, so that what it
/// finds is up to the test.
final class LauncherCheckout {
    /// What one run of the script left behind.
    record Outcome(int code, String out, String err) {}

    private static final Path SOURCE = Path.of(System.getProperty("witan.root", ".."));
    private static final Path REAL_JDK = Path.of(System.getProperty("java.home"));
    private static final int RUN_SECONDS_MAX = 120;
    private static final List<String> TOOLS =
            List.of(
                    "cat",
                    "chmod",
                    "cp",
                    "date",
                    "find",
                    "grep",
                    "head",
                    "id",
                    "ls",
                    "mkdir",
                    "mv",
                    "ps",
                    "readlink",
                    "rm",
                    "sed",
                    "sleep",
                    "tail",
                    "touch",
                    "uname");

    private final Path dir;
    private final Path root;
    private final Map<String, String> environment = new HashMap<>();
    private final Map<Long, Path> errors = new HashMap<>();

    private LauncherCheckout(Path dir) {
        this.dir = dir;
        this.root = dir.resolve("a checkout");
    }

    static LauncherCheckout in(Path dir) throws IOException {
        var checkout = new LauncherCheckout(dir);
        checkout.create();
        return checkout;
    }

    private void create() throws IOException {
        Files.createDirectories(root.resolve("witan-cli/src/main/java"));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Files.writeString(root.resolve("witan-cli/pom.xml"), "<project/>");
        Files.writeString(source(), "class A {}");
        for (Path file :
                List.of(root.resolve("pom.xml"), root.resolve("witan-cli/pom.xml"), source())) {
            Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        }
        String script = Files.readString(SOURCE.resolve("witan"));
        String searching =
                script.replaceAll("(?m)(?<=[ \\t])/(usr|opt|home|Library)/[^ ;]*\\*", "/none/*");
        if (searching.equals(script)) {
            throw new IllegalStateException("the script's list of places has another form");
        }
        executable(root.resolve("witan"), searching);

        Files.createDirectories(dir.resolve("home"));
        Files.createDirectories(dir.resolve("tmp"));
        Files.createDirectories(dir.resolve("bin"));
        for (String tool : TOOLS) {
            Path real =
                    Stream.of("/usr/bin", "/bin")
                            .map(folder -> Path.of(folder, tool))
                            .filter(Files::isExecutable)
                            .findFirst()
                            .orElseThrow(() -> new IllegalStateException(tool + " is missing"));
            executable(dir.resolve("bin").resolve(tool), relay(real));
        }
        Path target = SOURCE.toRealPath().resolve("witan-cli/target");
        maven(
                """
                mkdir -p witan-cli/target && cd witan-cli/target || exit 1
                cp '%1$s/witan-cli.jar' witan-cli.jar && cat '%1$s/runtime.classpath' >runtime.classpath
                """
                        .formatted(target));
        environment.put("PATH", dir.resolve("bin").toString());
        environment.put("HOME", dir.resolve("home").toString());
        environment.put("TMPDIR", dir.resolve("tmp").toString());
        environment.put("JAVA_HOME", REAL_JDK.toString());
    }

    /// Makes `mvn` a script that notes its call and runs `body` in the checkout.
    void maven(String body) throws IOException {
        executable(
                dir.resolve("bin/mvn"),
                "#!/bin/sh\ncd '%s' || exit 1\necho \"$*\" >>../mvn.calls\n%s"
                        .formatted(root, body));
    }

    void removeMaven() throws IOException {
        Files.delete(dir.resolve("bin/mvn"));
    }

    List<String> mavenCalls() throws IOException {
        Path calls = dir.resolve("mvn.calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    LauncherCheckout with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    LauncherCheckout without(String name) {
        environment.remove(name);
        return this;
    }

    /// A folder that looks like a JDK of that version and cannot run.
    Path fakeJdk(String version) throws IOException {
        Path jdk = dir.resolve("jdk-" + version);
        jdk(jdk, version, "#!/bin/sh\nexit 99\n");
        return jdk;
    }

    /// Makes `folder` a JDK 25 that passes everything on to the one that runs the tests.
    Path jdk25(Path folder) throws IOException {
        jdk(folder, "25.0.1", relay(REAL_JDK.resolve("bin/java")));
        return folder;
    }

    private static void jdk(Path folder, String version, String java) throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        executable(folder.resolve("bin/javac"), "#!/bin/sh\nexit 99\n");
        executable(folder.resolve("bin/java"), java);
        Files.writeString(folder.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    }

    private static String relay(Path program) {
        return "#!/bin/sh\nexec '" + program + "' \"$@\"\n";
    }

    Outcome run(String... args) throws IOException, InterruptedException {
        return run(root.resolve("witan"), root, args);
    }

    Outcome run(Path script, Path cwd, String... args) throws IOException, InterruptedException {
        return finish(start(script, cwd, args));
    }

    Process start(Path script, Path cwd, String... args) throws IOException {
        var command = new ArrayList<String>();
        command.add(script.toString());
        command.addAll(List.of(args));
        var builder = new ProcessBuilder(command).directory(cwd.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectError(Files.createTempFile(dir, "stderr", ".txt").toFile());
        Process process = builder.start();
        process.getOutputStream().close();
        errors.put(process.pid(), builder.redirectError().file().toPath());
        return process;
    }

    Outcome finish(Process process) throws IOException, InterruptedException {
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(RUN_SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("witan did not end in " + RUN_SECONDS_MAX + " s");
        }
        return new Outcome(
                process.exitValue(),
                out,
                Files.readString(Objects.requireNonNull(errors.get(process.pid()))));
    }

    Path dir() {
        return dir;
    }

    Path root() {
        return root;
    }

    Path source() {
        return root.resolve("witan-cli/src/main/java/A.java");
    }

    Path state() {
        return root.resolve("target/witan");
    }

    /// The start-up caches of all images.
    List<Path> startUpCaches() throws IOException {
        try (Stream<Path> files = Files.walk(state(), 2)) {
            return files.filter(file -> file.toString().endsWith(".aot")).toList();
        }
    }

    static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
