// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// What the writer writes, the reader reads.
class RoundTripTest {
    /// 5 is awkward for every type but the packed ones, which need whole bytes.
    private static final List<List<Long>> SHAPES =
            List.of(List.of(5L, 8L), List.of(0L), List.of(3L, 0L, 7L), List.of(8L, 1L, 1L));

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void everyDtypeComesBack(DType dtype) throws IOException {
        for (List<Long> shape : SHAPES) {
            requireRoundTrip(dtype, shape);
        }
        if (!dtype.isPacked()) {
            requireRoundTrip(dtype, List.of());
            requireRoundTrip(dtype, List.of(1L, 1L, 1L, 1L, 1L, 1L, 1L, 13L));
        }
    }

    private void requireRoundTrip(DType dtype, List<Long> shape) throws IOException {
        long elements = shape.stream().reduce(1L, (a, b) -> a * b);
        byte[] bytes = random(Math.toIntExact(elements * dtype.bitSize() / 8));
        Path file = folder.resolve("one.safetensors");
        var written = TensorData.of("x", dtype, shape, MemorySegment.ofArray(bytes));
        SafetensorsWriter.write(file, Map.of(), List.of(written));
        try (var read = SafetensorsFile.open(file)) {
            TensorInfo tensor = read.tensor("x");
            assertThat(tensor.dtype()).isEqualTo(dtype);
            assertThat(tensor.shape()).isEqualTo(shape);
            assertThat(tensor.byteSize()).isEqualTo(bytes.length);
            assertThat(tensor.elementCount()).isEqualTo(elements);
            assertThat(read.metadata()).isEmpty();
            assertThat(read.data("x").isReadOnly()).isTrue();
            assertThat(read.data("x").toArray(JAVA_BYTE)).isEqualTo(bytes);
            assertThat(copy(read, "x")).isEqualTo(bytes);
        }
    }

    @Test
    void fileWithoutTensorsIsTheShortestHeader() throws IOException {
        Path file = folder.resolve("none.safetensors");
        SafetensorsWriter.write(file, Map.of(), List.of());
        assertThat(Files.readAllBytes(file)).isEqualTo(RawFile.withHeader("{}      ", 0));
        try (var read = SafetensorsFile.open(file)) {
            assertThat(read.tensors()).isEmpty();
        }
    }

    @Test
    void bytesDoNotDependOnTheOrderOfTheContent() throws IOException {
        List<TensorData> tensors =
                IntStream.range(0, 40)
                        .mapToObj(i ->
                                TensorData.of(
                                        "t" + i,
                                        i % 2 == 0 ? DType.U8 : DType.F32,
                                        List.of(4L),
                                        MemorySegment.ofArray(random(i % 2 == 0 ? 4 : 16))))
                        .toList();
        var shuffled = new ArrayList<>(tensors);
        Collections.shuffle(shuffled, new Random(7));
        Path a = folder.resolve("a.safetensors");
        Path b = folder.resolve("b.safetensors");
        var ascending = new TreeMap<>(Map.of("a", "1", "b", "2", "c", "3"));
        SafetensorsWriter.write(a, ascending, tensors);
        SafetensorsWriter.write(b, ascending.descendingMap(), shuffled);
        assertThat(Files.readAllBytes(a)).isEqualTo(Files.readAllBytes(b));
        try (var read = SafetensorsFile.open(a)) {
            assertThat(read.metadata().keySet()).containsExactly("a", "b", "c");
            assertThat(read.tensors().values())
                    .extracting(TensorInfo::dtype)
                    .startsWith(DType.F32)
                    .endsWith(DType.U8);
        }
    }

    /// Longer than the pieces in which reader and writer move heap and native memory.
    @Test
    void largeTensorsComeBackFromHeapAndNativeMemory() throws IOException {
        byte[] bytes = random((8 << 20) + 13);
        Path file = folder.resolve("large.safetensors");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory =
                    arena.allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
            SafetensorsWriter.write(
                    file,
                    Map.of(),
                    List.of(
                            vector("heap", MemorySegment.ofArray(bytes)),
                            vector("native", memory)));
            try (var read = SafetensorsFile.open(file)) {
                MemorySegment target = arena.allocate(bytes.length);
                read.copyTo("heap", target);
                assertThat(target.mismatch(memory)).isEqualTo(-1);
                assertThat(Arrays.equals(copy(read, "native"), bytes)).isTrue();
            }
        }
    }

    @Test
    void heapArraysOfEveryKindServeAsSourceAndDestination() throws IOException {
        float[] floats = {1.5f, -0.0f, Float.NaN, Float.MIN_VALUE};
        Path file = folder.resolve("floats.safetensors");
        MemorySegment source = MemorySegment.ofArray(floats);
        SafetensorsWriter.write(
                file, Map.of(), List.of(TensorData.of("f", DType.F32, List.of(4L), source)));
        var read = new float[4];
        try (var opened = SafetensorsFile.open(file)) {
            opened.copyTo("f", MemorySegment.ofArray(read));
        }
        assertThat(read).containsExactly(floats);
    }

    @Test
    void sourceMayStreamItsTensorInPieces() throws IOException {
        byte[] bytes = random(1_009);
        var tensor =
                new TensorData(
                        "x",
                        DType.U8,
                        List.of(1_009L),
                        sink -> {
                            for (int i = 0; i < bytes.length; i++) {
                                try (Arena arena = Arena.ofConfined()) {
                                    sink.write(arena.allocate(1).fill(bytes[i]));
                                }
                            }
                        });
        Path file = folder.resolve("pieces.safetensors");
        SafetensorsWriter.write(file, Map.of(), List.of(tensor));
        try (var read = SafetensorsFile.open(file)) {
            assertThat(copy(read, "x")).isEqualTo(bytes);
        }
    }

    @Test
    void mostTensorsThatAFileMayHoldAreRead() throws IOException {
        Path file = Files.write(folder.resolve("many.safetensors"), MalformedFiles.tensors(65_536));
        try (var read = SafetensorsFile.open(file)) {
            assertThat(read.tensors()).hasSize(65_536);
        }
    }

    private static TensorData vector(String name, MemorySegment bytes) {
        return TensorData.of(name, DType.U8, List.of(bytes.byteSize()), bytes);
    }

    private static byte[] copy(SafetensorsFile file, String name) throws IOException {
        var bytes = new byte[Math.toIntExact(file.tensor(name).byteSize())];
        file.copyTo(name, MemorySegment.ofArray(bytes));
        return bytes;
    }

    private static byte[] random(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
