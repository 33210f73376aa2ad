// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

final class AdamWKernelTest {
    private static final int STEPS = 5;

    /// Sizes around a block: empty, one, prime, a block and its neighbours.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 131, 1023, 1024, 1025, 4099})
    void agreesWithTheLibrary(int size) {
        Engine.start();
        var weights = new Weights(size, size);
        var fused = new FusedAdamW();
        try (Scope scope = Scope.open()) {
            Tensor value = Tensors.of(weights.value, size);
            Tensor mean = Tensors.of(weights.mean, size);
            Tensor square = Tensors.of(weights.square, size);
            for (int step = 1; step <= STEPS; step++) {
                float[] gradient = Weights.gradient(size, step);
                weights.update(gradient, step, 1.7);
                Tensor other = Tensors.of(Weights.gradient(size, step), size);
                fused.update(List.of(value, other, mean, square), step, 1.7, 0.01);
                assertThat(gradient).containsOnly(new float[size == 0 ? 0 : 1]);
            }
            assertThat(weights.value).containsExactly(Tensors.toFloats(value), within(2e-6f));
            assertThat(weights.mean).containsExactly(Tensors.toFloats(mean), within(1e-7f));
            assertThat(weights.square).containsExactly(Tensors.toFloats(square), within(1e-7f));
        }
    }

    @Test
    void piecesGiveTheBitsOfTheWhole() {
        var whole = new Weights(5000, 1);
        var pieces = new Weights(5000, 1);
        for (int step = 1; step <= STEPS; step++) {
            whole.update(Weights.gradient(5000, step), step, 1);
            pieces.update(Weights.gradient(5000, step), step, 1, 0, 1, 1700, 1701, 5000);
        }
        assertThat(pieces.value).isEqualTo(whole.value);
        assertThat(pieces.mean).isEqualTo(whole.mean);
        assertThat(pieces.square).isEqualTo(whole.square);
    }

    @Test
    void aBrokenElementDisturbsNoOther() {
        var sound = new Weights(100, 3);
        var broken = new Weights(100, 3);
        float[] gradient = Weights.gradient(100, 1);
        sound.update(gradient.clone(), 1, 1);
        gradient[41] = Float.NaN;
        gradient[42] = Float.POSITIVE_INFINITY;
        broken.update(gradient, 1, 1);
        assertThat(broken.value[41]).isNaN();
        assertThat(broken.value[42]).isNaN();
        broken.value[41] = sound.value[41];
        broken.value[42] = sound.value[42];
        assertThat(broken.value).isEqualTo(sound.value);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 1023, 1024, 1031, 5000})
    void sumOfSquaresIsThatOfFloat64(int size) {
        float[] values = Weights.gradient(size, 4);
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        assertThat(AdamWKernel.sumOfSquares(MemorySegment.ofArray(values)))
                .isCloseTo(sum, within(1e-14 * size * Math.max(1, sum)));
    }

    @Test
    void sizesMustAgree() {
        MemorySegment three = MemorySegment.ofArray(new float[3]);
        MemorySegment four = MemorySegment.ofArray(new float[4]);
        assertThatThrownBy(() -> new AdamWKernel.Target(three, four, three, three))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("12, 16, 12 and 12 bytes");
    }

    /// The interpreter and every vector width compute the same bits.
    @Tag("process")
    @Test
    void bitsDependOnNeitherVectorWidthNorCompiler() throws IOException, InterruptedException {
        Set<String> digests = new HashSet<>();
        for (String option :
                List.of(
                        "-Xint",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:MaxVectorSize=16",
                        "-XX:MaxVectorSize=32",
                        "-XX:MaxVectorSize=64")) {
            digests.add(digest(option));
        }
        assertThat(digests).hasSize(1);
        assertThat(digests).containsExactly(Integer.toHexString(Weights.digest()));
    }

    private static String digest(String option) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                option,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Weights.class.getName())
                        .redirectErrorStream(true)
                        .start();
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
            return output.lines().reduce((first, last) -> last).orElse("").strip();
        } finally {
            process.destroyForcibly();
        }
    }

    /// Weights with the optimiser's state, in Java arrays.
    static final class Weights {
        final float[] value;
        final float[] mean;
        final float[] square;

        Weights(int size, long seed) {
            var random = new Random(seed);
            this.value = new float[size];
            for (int i = 0; i < size; i++) {
                value[i] = (float) random.nextGaussian();
            }
            this.mean = new float[size];
            this.square = new float[size];
        }

        static float[] gradient(int size, long seed) {
            var random = new Random(seed * 31);
            float[] gradient = new float[size];
            for (int i = 0; i < size; i++) {
                gradient[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(4) - 3));
            }
            return gradient;
        }

        /// An update divided at the given indices.
        void update(float[] gradient, int step, double scale, int... cuts) {
            int[] ends = cuts.length == 0 ? new int[] {0, value.length} : cuts;
            var constants =
                    new AdamWKernel.Constants(
                            (float) (1 / scale),
                            (float) (1 - 0.01 * 0.1),
                            0.9f,
                            0.95f,
                            (float) (0.01 / (1 - Math.pow(0.9, step))),
                            (float) (1 / Math.sqrt(1 - Math.pow(0.95, step))),
                            1e-8f);
            for (int i = 1; i < ends.length; i++) {
                AdamWKernel.update(
                        new AdamWKernel.Target(
                                part(value, ends[i - 1], ends[i]),
                                part(gradient, ends[i - 1], ends[i]),
                                part(mean, ends[i - 1], ends[i]),
                                part(square, ends[i - 1], ends[i])),
                        constants);
            }
        }

        private static MemorySegment part(float[] all, int from, int to) {
            return MemorySegment.ofArray(all)
                    .asSlice((long) from * Float.BYTES, (long) (to - from) * Float.BYTES);
        }

        /// Hash of the bits after some updates, enough of them for the compilers to take part.
        static int digest() {
            var weights = new Weights(10_007, 5);
            for (int step = 1; step <= 60; step++) {
                weights.update(gradient(10_007, step), step, 1.3);
            }
            return Arrays.hashCode(weights.value)
                    ^ Arrays.hashCode(weights.mean)
                    ^ Arrays.hashCode(weights.square);
        }

        /// Prints [#digest].
        public static void main(String[] args) {
            System.out.println(Integer.toHexString(digest()));
        }
    }
}
