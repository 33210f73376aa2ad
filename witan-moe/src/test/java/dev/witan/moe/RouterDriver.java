// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Parameter;
import dev.witan.engine.Tensors;
import dev.witan.moe.router.Gate;
import dev.witan.testkit.reference.ReferenceRouting;

import org.bytedeco.pytorch.Tensor;

import java.util.Arrays;

/// Gives a router exactly the logits that a test wants.
///
/// The gate is twice the identity and the input half the logits, so every product is exact and an
/// input of -3e38 becomes a logit of minus infinity.
public final class RouterDriver {
    /// A value of [#input] that the gate turns into minus infinity.
    public static final double MINUS_INFINITY = -6e38;

    private RouterDriver() {}

    /// A gate that doubles its input, D = E.
    public static Gate gate(int experts) {
        float[] weight = new float[experts * experts];
        for (int e = 0; e < experts; e++) {
            weight[e * experts + e] = 2;
        }
        return new Gate(Parameter.leaf("gate", Tensors.of(weight, experts, experts)));
    }

    /// The input that [#gate] turns into `logits [T,E]`.
    public static Tensor input(double[][] logits, int experts) {
        double[][] half = new double[logits.length][];
        Arrays.setAll(half, t -> Arrays.stream(logits[t]).map(z -> z / 2).toArray());
        return Matrices.tensor(half, experts);
    }

    /// A training pass with this seed.
    public static Pass training(long seed) {
        return Pass.training(seed, new ExplicitGradient());
    }

    /// A pass that knows its token ids.
    public static Pass withTokenIds(int... tokenIds) {
        return new Pass(true, 0, 1, tokenIds, new ExplicitGradient());
    }

    /// Checks ids, weights, scores and logits against a reference.
    public static void assertEqual(Routing actual, ReferenceRouting expected, double tolerance) {
        assertThat(actual.expertIds()).isEqualTo(Matrices.flat(expected.expertIds()));
        assertWeighs(actual, expected, tolerance);
    }

    /// Checks weights, scores and logits against a reference, but no ids.
    public static void assertWeighs(Routing actual, ReferenceRouting expected, double tolerance) {
        Matrices.assertClose(actual.combineWeights(), expected.combineWeights(), tolerance);
        Matrices.assertClose(actual.routerScores(), expected.scores(), tolerance);
        Matrices.assertClose(actual.routerLogits(), expected.logits(), tolerance);
        assertThat(actual.combineWeights().size(0)).isEqualTo(actual.tokens());
        assertThat(actual.combineWeights().size(1)).isEqualTo(actual.topK());
        assertThat(actual.routerScores().size(1)).isEqualTo(actual.experts());
    }
}
