// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/// Access by name, and files that change or vanish while open.
class SafetensorsFileTest {
    private static final String GATE = "model.layers.0.mlp.gate.weight";
    private static final int SIZE = 100_003;

    @TempDir Path folder;
    private Path path = Path.of("");

    @BeforeEach
    void write() throws IOException {
        String entries = RawFile.entry(GATE, 0, SIZE) + "," + RawFile.entry("b", SIZE, SIZE + 1);
        path = folder.resolve("model.safetensors");
        Files.write(path, RawFile.withHeader("{" + entries + "}", SIZE + 1));
    }

    @Test
    void unknownTensorIsAnsweredWithNearNames() throws IOException {
        try (var file = SafetensorsFile.open(path)) {
            assertThatThrownBy(() -> file.tensor("model.layers.0.mlp.gat.weight"))
                    .isInstanceOf(SafetensorsException.class)
                    .hasMessage(
                            path
                                    + ": no tensor \"model.layers.0.mlp.gat.weight\" among 2"
                                    + " tensors; did you mean \""
                                    + GATE
                                    + "\"?");
            assertThatThrownBy(() -> file.data("zzz"))
                    .isInstanceOf(SafetensorsException.class)
                    .hasMessage(path + ": no tensor \"zzz\" among 2 tensors");
        }
    }

    @Test
    void destinationMustFit() throws IOException {
        try (var file = SafetensorsFile.open(path)) {
            assertThatThrownBy(() -> file.copyTo("b", MemorySegment.ofArray(new byte[2])))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("destination must have the 1 bytes of tensor \"b\", had 2");
            MemorySegment readOnly = MemorySegment.ofArray(new byte[1]).asReadOnly();
            assertThatThrownBy(() -> file.copyTo("b", readOnly))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("read-only");
        }
    }

    @Test
    void truncatedFileIsAnErrorAndNotAFault() throws IOException {
        try (var file = SafetensorsFile.open(path)) {
            MemorySegment mapped = file.data(GATE);
            for (long length : new long[] {SIZE, 4096, 9, 0}) {
                truncate(length);
                assertThatThrownBy(() -> copy(file, GATE))
                        .isExactlyInstanceOf(SafetensorsException.class)
                        .hasMessageContaining(path.toString())
                        .hasMessageMatching(".*(truncated|changed from .* bytes) while open");
            }
            assertThat(mapped.byteSize()).isEqualTo(SIZE);
        }
    }

    @Test
    void grownFileIsAnError() throws IOException {
        try (var file = SafetensorsFile.open(path)) {
            Files.write(path, new byte[1], StandardOpenOption.APPEND);
            assertThatThrownBy(() -> copy(file, "b"))
                    .isInstanceOf(SafetensorsException.class)
                    .hasMessageContaining("changed from");
        }
    }

    @Test
    void fileWrittenInPlaceIsAnError() throws IOException {
        try (var file = SafetensorsFile.open(path)) {
            Files.setLastModifiedTime(path, FileTime.from(Instant.EPOCH));
            assertThatThrownBy(() -> copy(file, "b"))
                    .isInstanceOf(SafetensorsException.class)
                    .hasMessageContaining("was written to while open");
        }
    }

    @Test
    void replacedOrDeletedFileKeepsItsContent() throws IOException {
        Path other = Files.write(folder.resolve("other"), new byte[3]);
        try (var file = SafetensorsFile.open(path)) {
            Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
            assertThat(copy(file, "b")).containsExactly(0);
            Files.delete(path);
            assertThat(copy(file, GATE)).hasSize(SIZE);
        }
    }

    @Test
    void closedFileRefusesAccess() throws IOException {
        var file = SafetensorsFile.open(path);
        MemorySegment mapped = file.data("b");
        file.close();
        file.close();
        assertThatThrownBy(() -> file.data("b")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> copy(file, "b")).isInstanceOf(IllegalStateException.class);
        assertThat(mapped.scope().isAlive()).isFalse();
        assertThat(file.tensors()).hasSize(2);
    }

    @Test
    void whatIsNoFileIsRefused() {
        Path missing = folder.resolve("missing.safetensors");
        assertThatThrownBy(() -> SafetensorsFile.open(missing))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(missing + ": no such file");
        assertThatThrownBy(() -> SafetensorsFile.open(folder))
                .isInstanceOf(SafetensorsException.class)
                .hasMessage(folder + ": not a regular file");
    }

    @Test
    void mapsCannotBeModified() throws IOException {
        try (var file = SafetensorsFile.open(path)) {
            assertThatThrownBy(() -> file.tensors().clear())
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> file.metadata().put("a", "b"))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    private void truncate(long length) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    private static byte[] copy(SafetensorsFile file, String name) throws IOException {
        var bytes = new byte[Math.toIntExact(file.tensor(name).byteSize())];
        file.copyTo(name, MemorySegment.ofArray(bytes));
        return bytes;
    }
}
