// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/// Files that the reference library wrote: read to the bit, and written again to the same bytes.
class ReferenceFilesTest {
    /// Names of `every-dtype.py` in its order; data byte i of the n-th is (31 n + 7 i) mod 256.
    private static final List<String> NAMES =
            List.of(
                    "bool",
                    "f4",
                    "u8",
                    "i8",
                    "f8_e5m2",
                    "f8_e4m3",
                    "f8_e8m0",
                    "f8_e4m3fnuz",
                    "f8_e5m2fnuz",
                    "i16",
                    "u16",
                    "f16",
                    "bf16",
                    "i32",
                    "u32",
                    "f32",
                    "c64",
                    "f64",
                    "i64",
                    "u64",
                    "scalar",
                    "empty",
                    "empty.axis",
                    "rank.8",
                    "größe \"x\\y/z\" \uFFEE",
                    "größe \"x\\y/z\" \uD83D\uDE00");

    @TempDir Path folder;

    @Test
    void logitsOfTransformersAreReadToTheBit() throws IOException {
        try (var file = SafetensorsFile.open(resource("mixtral-logits.safetensors"))) {
            assertThat(file.metadata())
                    .containsEntry("transformers", "5.18.0")
                    .containsEntry("attention", "eager")
                    .hasSize(4);
            assertThat(file.tensors().keySet())
                    .containsExactly("greedy", "input_ids", "prompt", "logits");
            TensorInfo logits = file.tensor("logits");
            assertThat(logits.dtype()).isEqualTo(DType.F32);
            assertThat(logits.shape()).containsExactly(2L, 17L, 256L);
            assertThat(logits.elementCount()).isEqualTo(8704);
            MemorySegment data = file.data("logits");
            assertThat(data.getAtIndex(JAVA_FLOAT_UNALIGNED, 0)).isEqualTo(0.57965046f);
            assertThat(data.getAtIndex(JAVA_FLOAT_UNALIGNED, 1)).isEqualTo(-0.18388525f);
            assertThat(data.getAtIndex(JAVA_FLOAT_UNALIGNED, 8703)).isEqualTo(-1.4555095f);
            assertThat(sum(data)).isCloseTo(85.0914471944227, within(1e-9));
            assertThat(
                            file.data("prompt")
                                    .elements(JAVA_LONG_UNALIGNED)
                                    .mapToLong(id -> id.get(JAVA_LONG_UNALIGNED, 0)))
                    .startsWith(105L, 116L, 158L)
                    .endsWith(238L)
                    .hasSize(9);
        }
    }

    @Test
    void shardOfTransformersIsReadToTheBit() throws IOException {
        try (var file = SafetensorsFile.open(resource("deepseek-v3-shard.safetensors"))) {
            assertThat(file.metadata()).containsOnlyKeys("format").containsValue("pt");
            assertThat(file.tensors()).hasSize(7);
            assertThat(file.tensor("lm_head.weight").shape()).containsExactly(256L, 64L);
            assertThat(sum(file.data("lm_head.weight")))
                    .isCloseTo(3.8059896452623434, within(1e-9));
            MemorySegment up = file.data("model.layers.2.mlp.shared_experts.up_proj.weight");
            assertThat(up.getAtIndex(JAVA_FLOAT_UNALIGNED, 0)).isEqualTo(0.036590744f);
            assertThat(sum(up)).isCloseTo(0.5288971161182872, within(1e-9));
        }
    }

    @Test
    void everyDtypeIsReadToTheBit() throws IOException {
        try (var file = SafetensorsFile.open(resource("every-dtype.safetensors"))) {
            assertThat(file.tensors().keySet()).containsExactlyInAnyOrderElementsOf(NAMES);
            for (int n = 0; n < NAMES.size(); n++) {
                String name = NAMES.get(n);
                TensorInfo tensor = file.tensor(name);
                long first = 31L * n;
                long modulus = tensor.dtype() == DType.BOOL ? 2 : 256;
                byte[] expected = new byte[Math.toIntExact(tensor.byteSize())];
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = (byte) ((first + 7L * i) % modulus);
                }
                assertThat(file.data(name).toArray(JAVA_BYTE)).as(name).isEqualTo(expected);
                if (DType.named(name.toUpperCase(Locale.ROOT)).isPresent()) {
                    assertThat(tensor.dtype().name()).isEqualToIgnoringCase(name);
                }
            }
            assertThat(file.tensor("f4").shape()).containsExactly(2L, 6L);
            assertThat(file.tensor("scalar").shape()).isEmpty();
            assertThat(file.tensor("empty.axis").shape()).containsExactly(2L, 0L, 3L);
            assertThat(file.metadata())
                    .containsEntry(
                            "note", "tab\t quote\" slash/ é \uD83D\uDE00 \u0001\u001F\u007F\u2028");
        }
    }

    /// Tensors are handed over backwards, so the order must come from the writer.
    @ParameterizedTest
    @ValueSource(strings = {"every-dtype.safetensors", "deepseek-v3-shard.safetensors"})
    void writerReproducesTheBytesOfTheReference(String name) throws IOException {
        Path copy = folder.resolve("copy.safetensors");
        try (var file = SafetensorsFile.open(resource(name))) {
            List<TensorData> tensors = new ArrayList<>();
            for (TensorInfo tensor : file.tensors().values()) {
                tensors.addFirst(
                        TensorData.of(
                                tensor.name(),
                                tensor.dtype(),
                                tensor.shape(),
                                file.data(tensor.name())));
            }
            SafetensorsWriter.write(copy, file.metadata(), tensors);
        }
        assertThat(Files.readAllBytes(copy)).isEqualTo(RawFile.resource(name));
    }

    private Path resource(String name) throws IOException {
        return Files.write(folder.resolve(name), RawFile.resource(name));
    }

    private static double sum(MemorySegment floats) {
        return LongStream.range(0, floats.byteSize() / Float.BYTES)
                .mapToDouble(i -> floats.getAtIndex(JAVA_FLOAT_UNALIGNED, i))
                .sum();
    }
}
