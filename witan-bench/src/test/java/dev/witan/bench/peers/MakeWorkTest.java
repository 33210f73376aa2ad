// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.engine.safetensors.DType;
import dev.witan.engine.safetensors.SafetensorsFile;
import dev.witan.engine.safetensors.TensorInfo;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

class MakeWorkTest {
    private static final OlmoeShape SMALL = new OlmoeShape(2, 12, 2, 5, 7, 2, 31);

    @TempDir Path folder;

    @Test
    void theFileHoldsEveryWeightInItsShape() throws IOException {
        MakeWork.write(SMALL, folder, 1, 1);
        try (var file = SafetensorsFile.open(folder.resolve("init.safetensors"))) {
            assertThat(file.tensors().keySet())
                    .containsExactlyInAnyOrderElementsOf(
                            SMALL.weights().stream().map(OlmoeShape.Weight::name).toList());
            for (OlmoeShape.Weight weight : SMALL.weights()) {
                TensorInfo tensor = file.tensor(weight.name());
                assertThat(tensor.dtype()).isEqualTo(DType.F32);
                assertThat(tensor.shape())
                        .isEqualTo(weight.shape().stream().map(Integer::longValue).toList());
            }
        }
    }

    @Test
    void normsAreOneAndMatricesAreDrawnInTheOrderOfTheLayers() throws IOException {
        MakeWork.write(SMALL, folder, 1, 1);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
        try (var file = SafetensorsFile.open(folder.resolve("init.safetensors"))) {
            for (OlmoeShape.Weight weight : SMALL.weights()) {
                float[] values = floats(file, weight.name());
                assertThat(values).hasSize(weight.size());
                for (float value : values) {
                    assertThat(value)
                            .isEqualTo(weight.norm() ? 1 : (float) (0.02 * random.nextGaussian()));
                }
            }
        }
    }

    @Test
    void batchesHoldOneTokenMoreThanTheLength() throws IOException {
        MakeWork.write(SMALL, folder, 1, 3);
        try (var file = SafetensorsFile.open(folder.resolve("batches.safetensors"))) {
            assertThat(file.tensors()).containsOnlyKeys("tokens");
            assertThat(file.tensor("tokens").shape()).isEqualTo(List.of(3L, 8L, 257L));
            assertThat(file.tensor("tokens").dtype()).isEqualTo(DType.I64);
            var layout = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
            long[] tokens = file.data("tokens").toArray(layout);
            assertThat(tokens).hasSize(3 * 8 * 257);
            assertThat(Arrays.stream(tokens)).allMatch(token -> token >= 0 && token <= 30);
        }
    }

    @Test
    void theSeedDecidesEveryByte() throws IOException {
        Path again = folder.resolve("again");
        Path other = folder.resolve("other");
        MakeWork.write(SMALL, folder, 7, 2);
        MakeWork.write(SMALL, again, 7, 2);
        MakeWork.write(SMALL, other, 8, 2);

        for (String name : new String[] {"init.safetensors", "batches.safetensors"}) {
            byte[] bytes = Files.readAllBytes(folder.resolve(name));
            assertThat(Files.readAllBytes(again.resolve(name))).isEqualTo(bytes);
            assertThat(Arrays.equals(Files.readAllBytes(other.resolve(name)), bytes)).isFalse();
        }
    }

    @Test
    void noStepsAreRefused() {
        assertThatThrownBy(() -> MakeWork.write(SMALL, folder, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("steps must be at least 1, was 0");
    }

    private static float[] floats(SafetensorsFile file, String name) throws IOException {
        var layout = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        return file.data(name).toArray(layout);
    }
}
