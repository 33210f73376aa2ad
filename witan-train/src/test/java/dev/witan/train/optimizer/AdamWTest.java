// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.witan.engine.Engine;
import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Random;

final class AdamWTest {
    private static final AdamWConfig CONFIG = new AdamWConfig(0.9, 0.95, 1e-8, 0.1, 1);

    @BeforeAll
    static void start() {
        Engine.start();
    }

    private static Parameter parameter(String name, float[] values) {
        return Parameter.explicit(name, Tensors.of(values, values.length));
    }

    private static float[] random(int size, double scale, Random random) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return values;
    }

    private static void setGradient(Parameter parameter, float[] values) {
        try (Scope scope = Scope.open()) {
            parameter.gradient().copy_(Tensors.of(values, values.length));
        }
    }

    /// Algorithm 2 of the paper in float64, the gradient clipped before.
    private static void reference(
            double[] p, double[] m, double[] v, float[] gradient, int step, double rate) {
        double norm = 0;
        for (float g : gradient) {
            norm += (double) g * g;
        }
        double scale = Math.min(1, 1 / (Math.sqrt(norm) + 1e-6));
        for (int i = 0; i < p.length; i++) {
            double g = gradient[i] * scale;
            m[i] = 0.9 * m[i] + 0.1 * g;
            v[i] = 0.95 * v[i] + 0.05 * g * g;
            double mean = m[i] / (1 - Math.pow(0.9, step));
            double square = v[i] / (1 - Math.pow(0.95, step));
            p[i] -= rate * 0.1 * p[i];
            p[i] -= rate * mean / (Math.sqrt(square) + 1e-8);
        }
    }

    @Test
    void followsTheFloat64ReferenceWithAndWithoutClipping() {
        var random = new Random(1);
        float[] start = random(131, 1, random);
        var parameter = parameter("p", start);
        var optimizer = new AdamW(CONFIG, List.of(parameter));
        double[] p = new double[start.length];
        for (int i = 0; i < p.length; i++) {
            p[i] = start[i];
        }
        double[] m = new double[p.length];
        double[] v = new double[p.length];
        for (int step = 1; step <= 7; step++) {
            // Norms of about 0.1 and 10: below and above the clipping norm.
            float[] gradient = random(p.length, step % 2 == 0 ? 0.01 : 1, random);
            double rate = 0.01 * step;
            setGradient(parameter, gradient);
            optimizer.step(rate);
            reference(p, m, v, gradient, step, rate);
        }
        float[] found = Tensors.toFloats(parameter.value());
        for (int i = 0; i < p.length; i++) {
            assertThat((double) found[i]).isCloseTo(p[i], within(1e-5));
        }
        assertThat(Tensors.toFloats(parameter.gradient())).containsOnly(0);
    }

    @Test
    void clippingCountsTheNormOfAllParameters() {
        var a = parameter("a", new float[] {0, 0});
        var b = parameter("b", new float[] {0});
        var optimizer = new AdamW(CONFIG, List.of(a, b));
        setGradient(a, new float[] {2, 3});
        setGradient(b, new float[] {6});
        assertThat(optimizer.step(0.1)).isCloseTo(7, within(1e-6));
    }

    @Test
    void gradientThatIsNotFiniteChangesNothing() {
        var parameter = parameter("p", new float[] {1, 2, 3});
        var optimizer = new AdamW(CONFIG, List.of(parameter));
        setGradient(parameter, new float[] {0, Float.NaN, 1});
        assertThat(optimizer.step(0.1)).isNaN();
        assertThat(Tensors.toFloats(parameter.value())).containsExactly(1, 2, 3);
        assertThat(Tensors.toFloats(parameter.gradient())).containsOnly(0);
        assertThat(optimizer.steps()).isZero();
    }

    @Test
    void twoOptimisersWithOneNormGiveTheBitsOfOne() {
        var random = new Random(3);
        float[] first = random(70_001, 1, random);
        float[] second = random(13, 1, random);
        var a = parameter("a", first);
        var b = parameter("b", second);
        var whole = new AdamW(CONFIG, List.of(a, b));
        var partA = parameter("a", first);
        var partB = parameter("b", second);
        var one = new AdamW(CONFIG, List.of(partA));
        var other = new AdamW(CONFIG, List.of(partB));
        for (int step = 0; step < 3; step++) {
            float[] gradientA = random(first.length, 0.1, random);
            float[] gradientB = random(second.length, 3, random);
            setGradient(a, gradientA);
            setGradient(b, gradientB);
            setGradient(partA, gradientA);
            setGradient(partB, gradientB);
            double norm = Math.sqrt(other.addSquares(one.addSquares(0)));
            assertThat(norm).isEqualTo(whole.step(0.01));
            one.update(0.01, norm);
            other.update(0.01, norm);
        }
        assertThat(Tensors.toFloats(partA.value())).containsExactly(Tensors.toFloats(a.value()));
        assertThat(Tensors.toFloats(partB.value())).containsExactly(Tensors.toFloats(b.value()));
    }

    @Test
    void gradientsOfAnInfiniteNormAreDiscardedNotApplied() {
        var parameter = parameter("p", new float[] {1, 2, 3});
        var optimizer = new AdamW(CONFIG, List.of(parameter));
        setGradient(parameter, new float[] {4, 5, 6});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> optimizer.update(0.1, Double.POSITIVE_INFINITY));
        optimizer.discard();
        assertThat(Tensors.toFloats(parameter.value())).containsExactly(1, 2, 3);
        assertThat(Tensors.toFloats(parameter.gradient())).containsOnly(0);
        assertThat(optimizer.steps()).isZero();
    }

    @Test
    void restoredStateContinuesToTheSameBits() {
        var random = new Random(2);
        float[] start = random(70_001, 1, random);
        float[] first = random(start.length, 0.1, random);
        float[] second = random(start.length, 0.1, random);
        var original = parameter("p", start);
        var optimizer = new AdamW(CONFIG, List.of(original));
        setGradient(original, first);
        optimizer.step(0.01);

        var restored = parameter("p", Tensors.toFloats(original.value()));
        var continued = new AdamW(CONFIG, List.of(restored));
        var target = List.copyOf(continued.state().values());
        var source = List.copyOf(optimizer.state().values());
        for (int i = 0; i < source.size(); i++) {
            target.get(i).copy_(source.get(i));
        }
        continued.resume(optimizer.steps());
        setGradient(original, second);
        setGradient(restored, second);
        optimizer.step(0.01);
        continued.step(0.01);
        assertThat(Tensors.toFloats(restored.value()))
                .containsExactly(Tensors.toFloats(original.value()));
    }
}
