// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;

class SamplerTest {
    private static final float MINUS_INFINITY = Float.NEGATIVE_INFINITY;
    private static final SamplingSettings PLAIN = SamplingSettings.PLAIN;

    /// Probabilities 0.4, 0.3, 0.2, 0.1 out of order.
    private static final float[] TENTHS = {ln(2), ln(4), ln(1), ln(3)};

    private static float ln(double x) {
        return (float) Math.log(x);
    }

    private static double[] distribution(SamplingSettings settings, float... logits) {
        return Sampler.seeded(settings, 0).distribution(logits);
    }

    private static void assertClose(double[] actual, double... expected) {
        assertThat(actual).containsExactly(expected, within(1e-7));
    }

    @Test
    void plainIsSoftmax() {
        assertClose(distribution(PLAIN, TENTHS), 0.2, 0.4, 0.1, 0.3);
    }

    @Test
    void temperatureIsAPowerOfTheProbabilities() {
        assertClose(
                distribution(PLAIN.withTemperature(0.5), TENTHS),
                4 / 30.0,
                16 / 30.0,
                1 / 30.0,
                9 / 30.0);
    }

    @Test
    void topKKeepsTheLargest() {
        assertClose(distribution(PLAIN.withTopK(2), TENTHS), 0, 4 / 7.0, 0, 3 / 7.0);
        assertClose(distribution(PLAIN.withTopK(1), TENTHS), 0, 1, 0, 0);
        assertClose(distribution(PLAIN.withTopK(99), TENTHS), 0.2, 0.4, 0.1, 0.3);
    }

    @Test
    void topKTiesGoToTheLowerIds() {
        assertClose(distribution(PLAIN.withTopK(2), 1, 2, 1, 1), ratio(1), ratio(Math.E), 0, 0);
        assertClose(
                distribution(PLAIN.withTopK(3), 0, 0, -0f, 0, 0), third(), third(), third(), 0, 0);
    }

    private static double ratio(double part) {
        return part / (1 + Math.E);
    }

    private static double third() {
        return 1 / 3.0;
    }

    @Test
    void topPKeepsTheSmallestSetThatReachesIt() {
        assertClose(distribution(PLAIN.withTopP(0.6), TENTHS), 0, 4 / 7.0, 0, 3 / 7.0);
        assertClose(distribution(PLAIN.withTopP(0.75), TENTHS), 2 / 9.0, 4 / 9.0, 0, 3 / 9.0);
        assertClose(distribution(PLAIN.withTopP(0.3), TENTHS), 0, 1, 0, 0);
        assertClose(distribution(PLAIN.withTopP(Double.MIN_VALUE), TENTHS), 0, 1, 0, 0);
        assertClose(distribution(PLAIN.withTopP(1), TENTHS), 0.2, 0.4, 0.1, 0.3);
        assertClose(distribution(PLAIN.withTopP(0.5), 0, 0, 0, 0), 0.5, 0.5, 0, 0);
    }

    @Test
    void minPIsRelativeToTheLargest() {
        assertClose(distribution(PLAIN.withMinP(0.6), TENTHS), 0, 4 / 7.0, 0, 3 / 7.0);
        assertClose(distribution(PLAIN.withMinP(1), 3, 3, 2), 0.5, 0.5, 0);
    }

    @Test
    void filtersRunAfterTheTemperatureAndInOrder() {
        // Temperature 1/2 leaves 16, 9, 4, 1 of 30; top-k 3 leaves 29; top-p 0.85 of 29 needs 16
        // and 9;
        // before top-k it would have needed 4 as well (25/30 < 0.85).
        assertClose(
                distribution(new SamplingSettings(0.5, 3, 0.85, 0), TENTHS),
                0,
                16 / 25.0,
                0,
                9 / 25.0);
        assertClose(
                distribution(new SamplingSettings(0.5, 0, 0.85, 0), TENTHS),
                4 / 29.0,
                16 / 29.0,
                0,
                9 / 29.0);
        assertClose(distribution(new SamplingSettings(0.5, 3, 0.85, 0.6), TENTHS), 0, 1, 0, 0);
    }

    static Stream<SamplingSettings> settings() {
        var random = new Random(5);
        return Stream.generate(() ->
                        new SamplingSettings(
                                Math.pow(10, random.nextDouble(-2, 2)),
                                random.nextBoolean() ? 0 : random.nextInt(1, 200),
                                random.nextBoolean() ? 1 : 1 - random.nextDouble(),
                                random.nextBoolean() ? 0 : random.nextDouble() * 0.3))
                .limit(60);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void agreesWithTheReference(SamplingSettings settings) {
        var random = new Random(17);
        for (int size : new int[] {1, 2, 7, 64, 131, 1009}) {
            float[] logits = new float[size];
            for (int i = 0; i < size; i++) {
                // Whole numbers tie often.
                logits[i] =
                        size % 2 == 0 ? random.nextInt(-5, 5) : 3 * (float) random.nextGaussian();
            }
            double[] actual = distribution(settings, logits);
            double[] expected = ReferenceDistribution.of(logits, settings);
            assertThat(actual).containsExactly(expected, within(1e-12));
            assertThat(Arrays.stream(actual).sum()).isEqualTo(1, within(1e-12));
        }
    }

    @Test
    void greedyTakesTheLargestAndTiesGoToTheLowerId() {
        Sampler greedy = Sampler.seeded(SamplingSettings.GREEDY, 1);
        assertThat(greedy.sample(new float[] {1, 3, 3, 2})).isEqualTo(1);
        assertThat(greedy.sample(new float[] {-0f, 0})).isEqualTo(0);
        assertThat(greedy.sample(new float[] {MINUS_INFINITY, -5})).isEqualTo(1);
        assertThat(greedy.distribution(new float[] {1, 3, 3})).containsExactly(0, 1, 0);
    }

    @Test
    void extremeTemperaturesStayFinite() {
        assertClose(distribution(PLAIN.withTemperature(Double.MIN_VALUE), 1, 2, 2), 0, 0.5, 0.5);
        assertClose(distribution(PLAIN.withTemperature(Double.MAX_VALUE), -1e30f, 1e30f), 0.5, 0.5);
        assertClose(distribution(PLAIN, 3e38f, -3e38f), 1, 0);
    }

    @Test
    void forbiddenTokensAreNeverDrawn() {
        assertClose(distribution(PLAIN, MINUS_INFINITY, 0, MINUS_INFINITY, 0), 0, 0.5, 0, 0.5);
        assertClose(
                distribution(new SamplingSettings(1e300, 3, 0.99, 0.01), MINUS_INFINITY, 0, 0),
                0,
                0.5,
                0.5);
        Sampler sampler = Sampler.seeded(PLAIN, 3);
        for (int i = 0; i < 1_000; i++) {
            assertThat(sampler.sample(new float[] {0, MINUS_INFINITY})).isZero();
        }
    }

    @Test
    void refusesLogitsWithoutDistribution() {
        for (var settings : new SamplingSettings[] {SamplingSettings.GREEDY, PLAIN}) {
            Sampler sampler = Sampler.seeded(settings, 0);
            assertThatThrownBy(() -> sampler.sample(new float[] {0, Float.NaN}))
                    .isInstanceOf(InvalidLogitsException.class)
                    .hasMessage("logits must be finite or -Infinity, was NaN at token 1");
            assertThatThrownBy(() -> sampler.sample(new float[] {Float.POSITIVE_INFINITY}))
                    .isInstanceOf(InvalidLogitsException.class);
            assertThatThrownBy(() -> sampler.sample(new float[] {MINUS_INFINITY, MINUS_INFINITY}))
                    .hasMessage("logits must allow a token, were -Infinity for all 2");
            assertThatThrownBy(() -> sampler.sample(new float[0]))
                    .isInstanceOf(InvalidLogitsException.class);
        }
    }

    /// 27.86 is the 99.99 % quantile of chi-square for 6 degrees of freedom; the seeds are fixed.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void drawsFollowTheDistribution(long seed) {
        var settings = new SamplingSettings(0.8, 9, 0.97, 0.01);
        float[] logits = {1, 0.5f, -1, 2, 2, 0, -3, 1.5f, -0.5f, 0.2f, -8};
        double[] expected = distribution(settings, logits);
        int draws = 100_000;
        int[] counts = new int[logits.length];
        Sampler sampler = Sampler.seeded(settings, seed);
        for (int i = 0; i < draws; i++) {
            counts[sampler.sample(logits)]++;
        }
        double chiSquare = 0;
        int possible = 0;
        for (int i = 0; i < counts.length; i++) {
            if (expected[i] == 0) {
                assertThat(counts[i]).isZero();
            } else {
                double difference = counts[i] - draws * expected[i];
                chiSquare += difference * difference / (draws * expected[i]);
                possible++;
            }
        }
        assertThat(possible).isEqualTo(7);
        assertThat(chiSquare).isBetween(0.1, 27.86);
    }

    @Test
    void oneSeedGivesOneSequence() {
        float[] logits = new float[1000];
        int[] first = draws(Sampler.seeded(PLAIN, 42), logits);
        assertThat(draws(Sampler.seeded(PLAIN, 42), logits)).isEqualTo(first);
        assertThat(draws(Sampler.seeded(PLAIN, 43), logits)).isNotEqualTo(first);
    }

    private static int[] draws(Sampler sampler, float[] logits) {
        int[] tokens = new int[50];
        Arrays.setAll(tokens, i -> sampler.sample(logits));
        return tokens;
    }
}
