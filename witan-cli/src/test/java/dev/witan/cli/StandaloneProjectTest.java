// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `examples/standalone`, a project that knows Witan by its artifacts only, is built and run by a
/// Maven of its own, offline.
///
/// Its local repository is the user's, seen through links, except for `dev/witan`: there lie this
/// build's POMs and jars, as `mvn install` would put them, so nothing of the user's is touched.
@Tag("process")
@Tag("slow")
final class StandaloneProjectTest {
    private static final Path ROOT = Path.of(System.getProperty("witan.root", ".."));
    private static final Path USER_REPOSITORY =
            Path.of(System.getProperty("witan.maven.repository", ""));
    private static final Path MAVEN = Path.of(System.getProperty("witan.maven.home", ""));
    private static final List<String> MODULES = List.of("witan-engine", "witan-moe");
    private static final int RUN_SECONDS_MAX = 300;
    private static final int LINES_OF_CODE_MAX = 30;

    @Test
    void trainsWithTheArtifactsAlone(@TempDir Path dir) throws Exception {
        Path repository = dir.resolve("repository");
        linkUserRepository(repository);
        addArtifacts(repository.resolve("dev/witan"));
        Path project = copyProject(dir.resolve("project"));

        List<Double> losses;
        try {
            losses = losses(run(project, repository));
        } finally {
            unlink(repository);
        }

        assertThat(losses).hasSize(4);
        assertThat(losses.getLast()).isLessThan(losses.getFirst() / 2);
    }

    @Test
    void fitsIntoThirtyLines() throws IOException {
        Path source = ROOT.resolve("examples/standalone/src/main/java/org/example/council");
        try (Stream<String> lines = Files.lines(source.resolve("Train.java"))) {
            assertThat(lines.map(String::strip))
                    .filteredOn(line -> !line.matches("|//.*|package .*|import .*"))
                    .hasSizeBetween(20, LINES_OF_CODE_MAX);
        }
    }

    private static void linkUserRepository(Path repository) throws IOException {
        Files.createDirectories(repository.resolve("dev/witan"));
        link(USER_REPOSITORY, repository, "dev");
        if (Files.isDirectory(USER_REPOSITORY.resolve("dev"))) {
            link(USER_REPOSITORY.resolve("dev"), repository.resolve("dev"), "witan");
        }
    }

    private static void link(Path from, Path to, String except) throws IOException {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                String name = String.valueOf(entry.getFileName());
                if (!name.equals(except)) {
                    Files.createSymbolicLink(to.resolve(name), entry.toRealPath());
                }
            }
        }
    }

    /// Links only: what they point at is the user's.
    private static void unlink(Path repository) throws IOException {
        try (Stream<Path> entries = Files.walk(repository, 2)) {
            for (Path entry : entries.filter(Files::isSymbolicLink).toList()) {
                Files.delete(entry);
            }
        }
    }

    private static void addArtifacts(Path group) throws IOException {
        String version = version();
        pom(group, "witan-parent", version, ROOT.resolve("pom.xml"));
        pom(group, "witan-bom", version, ROOT.resolve("witan-bom/pom.xml"));
        for (String module : MODULES) {
            Path folder = pom(group, module, version, ROOT.resolve(module).resolve("pom.xml"));
            String jar = module + "-" + version + ".jar";
            Files.copy(ROOT.resolve(module).resolve("target").resolve(jar), folder.resolve(jar));
        }
    }

    private static Path pom(Path group, String artifact, String version, Path pom)
            throws IOException {
        Path folder = Files.createDirectories(group.resolve(artifact).resolve(version));
        Files.copy(pom, folder.resolve(artifact + "-" + version + ".pom"));
        return folder;
    }

    private static String version() throws IOException {
        var pattern = Pattern.compile("<artifactId>witan-parent</artifactId>\\s*<version>(.*?)<");
        return pattern.matcher(Files.readString(ROOT.resolve("pom.xml")))
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow();
    }

    private static Path copyProject(Path project) throws IOException {
        Path source = ROOT.resolve("examples/standalone");
        Path train = Path.of("src/main/java/org/example/council/Train.java");
        Files.createDirectories(Objects.requireNonNull(project.resolve(train).getParent()));
        Files.copy(source.resolve("pom.xml"), project.resolve("pom.xml"));
        Files.copy(source.resolve(train), project.resolve(train));
        return project;
    }

    private static String run(Path project, Path repository)
            throws IOException, InterruptedException {
        Path log = project.resolve("log");
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        var builder =
                new ProcessBuilder(
                        MAVEN.resolve("bin").resolve(windows ? "mvn.cmd" : "mvn").toString(),
                        "-B",
                        "-o",
                        "-q",
                        "-Dstyle.color=never",
                        "-Dmaven.repo.local=" + repository,
                        "compile",
                        "exec:exec");
        builder.directory(project.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
        String cache = System.getProperty("org.bytedeco.javacpp.cachedir", "");
        builder.environment().put("JAVA_TOOL_OPTIONS", "-Dorg.bytedeco.javacpp.cachedir=" + cache);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(RUN_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String output = Files.readString(log);
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static List<Double> losses(String output) {
        return Pattern.compile("step \\d+ loss (\\S+)")
                .matcher(output)
                .results()
                .map((MatchResult found) -> Double.valueOf(found.group(1)))
                .toList();
    }
}
