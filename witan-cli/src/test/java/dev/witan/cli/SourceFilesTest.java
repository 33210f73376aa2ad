// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What holds for every Java source of the checkout.
final class SourceFilesTest {
    private static final Path ROOT = Path.of(System.getProperty("witan.root", ".."));
    private static final int LINES_MAX = 500;
    private static final int EXAMPLE_LINES_MAX = 119;
    private static final int MEDIAN_MAX = 120;
    private static final Set<String> SKIPPED = Set.of("target", ".git");

    private record Source(Path file, List<String> lines) {}

    @Test
    void filesAreShort(TestReporter reporter) throws IOException {
        List<Source> sources = sources(ROOT);
        assertThat(sources).hasSizeGreaterThan(200);
        assertThat(sources)
                .filteredOn(source -> source.lines().size() > LINES_MAX)
                .extracting(Source::file)
                .as("files of more than %d lines", LINES_MAX)
                .isEmpty();
        List<Integer> lengths =
                sources.stream().map(source -> source.lines().size()).sorted().toList();
        int median = lengths.get(lengths.size() / 2);
        reporter.publishEntry("files", String.valueOf(lengths.size()));
        reporter.publishEntry("median lines", String.valueOf(median));
        reporter.publishEntry("most lines", String.valueOf(lengths.getLast()));
        assertThat(median).as("median lines").isLessThanOrEqualTo(MEDIAN_MAX);
    }

    @Test
    void examplesAreShorter() throws IOException {
        List<Source> examples = sources(ROOT.resolve("examples"));
        assertThat(examples).hasSizeGreaterThan(6);
        assertThat(examples)
                .filteredOn(source -> source.lines().size() > EXAMPLE_LINES_MAX)
                .extracting(Source::file)
                .isEmpty();
    }

    @Test
    void everyFileStartsWithItsLicence() throws IOException {
        assertThat(sources(ROOT))
                .filteredOn(source ->
                        source.lines().isEmpty()
                                || !source.lines()
                                        .getFirst()
                                        .equals("// SPDX-License-Identifier: Apache-2.0"))
                .extracting(Source::file)
                .isEmpty();
    }

    private static List<Source> sources(Path folder) throws IOException {
        var sources = new ArrayList<Source>();
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attrs) {
                        return SKIPPED.contains(String.valueOf(dir.getFileName()))
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attrs)
                            throws IOException {
                        if (file.toString().endsWith(".java")) {
                            sources.add(new Source(file, Files.readAllLines(file)));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return sources;
    }
}
