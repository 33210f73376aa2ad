// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

final class OutputOptionsTest {
    private static OutputOptions parse(String... args) {
        return CommandLine.populateCommand(new OutputOptions(), args);
    }

    @Test
    void createsTheGivenFolderAndLeavesNothingInIt(@TempDir Path dir) throws IOException {
        Path wanted = dir.resolve("a b/c");
        Path folder = parse("--out", wanted.toString()).createOut(dir.resolve("other"));
        assertThat(folder).isEqualTo(wanted).isEmptyDirectory();
        assertThat(dir.resolve("other")).doesNotExist();
    }

    @Test
    void takesTheOtherFolderWithoutTheOption(@TempDir Path dir) throws IOException {
        assertThat(parse().createOut(dir.resolve("other"))).isEmptyDirectory();
    }

    @Test
    void aFileInTheWayIsAnErrorThatNamesIt(@TempDir Path dir) throws IOException {
        Path file = Files.createFile(dir.resolve("taken"));
        assertThatThrownBy(() -> parse("--out", file.toString()).createOut(dir))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("taken");
    }
}
