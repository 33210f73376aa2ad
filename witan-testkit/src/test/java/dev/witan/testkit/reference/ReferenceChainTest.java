// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.testkit.FiniteDifferences;
import dev.witan.testkit.Seeded;
import dev.witan.testkit.reference.ReferenceChain.Block;
import dev.witan.testkit.reference.ReferenceChain.Options;
import dev.witan.testkit.reference.ReferenceMoe.Shared;

import org.junit.jupiter.api.Test;

import java.util.List;

class ReferenceChainTest {
    private static final int WIDTH = 3;
    private static final double[][] H0 = Seeded.normal(1, 5, WIDTH);
    private static final double[][] X1 = Seeded.normal(2, 5, WIDTH);
    private static final double[][] GATE_A = Seeded.normal(3, 6, WIDTH);
    private static final double[][] GATE_B = Seeded.normal(4, 6, WIDTH);
    private static final ReferenceRouter ROUTER = ReferenceRouter.softmaxTopK(2, false, 1);
    private static final Shared SHARED = new Shared(ReferenceMoeTest.swiGlu(70), null);

    @Test
    void oneIterationIsTheMixture() {
        double[][] y =
                chain(List.<double[][]>of(GATE_A), new Options(1, false, false, Block.AS_CODED))
                        .forward(H0)
                        .y();
        var moe = new ReferenceMoe(GATE_A, ROUTER, ReferenceMoeTest.experts(), SHARED);
        assertThat(y).isDeepEqualTo(moe.forward(H0).y());
    }

    @Test
    void eachIterationStartsWhereTheLastEnded() {
        var options = new Options(2, true, false, Block.AS_CODED);
        var out = chain(List.<double[][]>of(GATE_A, GATE_B), options).forward(H0);
        var first = new ReferenceMoe(GATE_A, ROUTER, ReferenceMoeTest.experts(), SHARED);
        var second = new ReferenceMoe(GATE_B, ROUTER, ReferenceMoeTest.experts(), SHARED);
        double[][] h1 = Algebra.add(H0, first.forward(H0).y());
        assertThat(out.y()).isDeepEqualTo(Algebra.add(h1, second.forward(h1).y()));
        assertThat(out.routings()).hasSize(2);
        assertThat(out.routings().get(1).logits()).isDeepEqualTo(Algebra.linear(h1, GATE_B));
    }

    @Test
    void aSharedGateChoosesAgainFromTheNewState() {
        var options = new Options(2, true, false, Block.AS_CODED);
        var shared = chain(List.<double[][]>of(GATE_A), options).forward(H0);
        var twice = chain(List.<double[][]>of(GATE_A, GATE_A), options).forward(H0);
        assertThat(shared.y()).isDeepEqualTo(twice.y());
        assertThat(shared.routings().get(0).logits())
                .isNotEqualTo(shared.routings().get(1).logits());
    }

    @Test
    void sharedExpertRunsOnceOrEveryTime() {
        var once =
                chain(List.<double[][]>of(GATE_A), new Options(2, false, true, Block.AS_CODED))
                        .forward(H0)
                        .y();
        var first = new ReferenceMoe(GATE_A, ROUTER, ReferenceMoeTest.experts(), SHARED);
        var second = new ReferenceMoe(GATE_A, ROUTER, ReferenceMoeTest.experts(), null);
        assertThat(once).isDeepEqualTo(second.forward(first.forward(H0).y()).y());
        var every =
                chain(List.<double[][]>of(GATE_A), new Options(2, false, false, Block.AS_CODED))
                        .forward(H0)
                        .y();
        assertThat(once).isNotEqualTo(every);
    }

    @Test
    void blocksJoinTheResidualStreamInThreeWays() {
        double[][] hc = Seeded.normal(9, 5, WIDTH);
        assertThat(withBlock(Block.AS_CODED).block(X1, H0, hc)).isDeepEqualTo(hc);
        assertThat(withBlock(Block.AS_CODED_OUTER_RESIDUAL).block(X1, H0, hc)[0][0])
                .isEqualTo(hc[0][0] + X1[0][0]);
        assertThat(withBlock(Block.STANDARD).block(X1, H0, hc)[0][0])
                .isEqualTo(X1[0][0] + (hc[0][0] - H0[0][0]));
    }

    @Test
    void gradientOfALaterGateGoesThroughItsIterationOnly() {
        var options = new Options(2, true, false, Block.AS_CODED);
        double[][] direction = Seeded.normal(10, 5, WIDTH);
        double[][] numeric =
                FiniteDifferences.gradient(
                        (double[][] g) ->
                                Algebra.inner(
                                        chain(List.<double[][]>of(GATE_A, g), options)
                                                .forward(H0)
                                                .y(),
                                        direction),
                        GATE_B);
        ReferenceChain chain = chain(List.<double[][]>of(GATE_A, GATE_B), options);
        double[][] h1 = Algebra.add(H0, chain.iteration(0).forward(H0).y());
        double[][] analytic = chain.iteration(1).backward(h1, direction).gate();
        assertThat(FiniteDifferences.relativeError(numeric, analytic)).isLessThan(1e-8);
    }

    @Test
    void refusesImpossibleChains() {
        assertThatThrownBy(() -> new Options(0, true, false, Block.AS_CODED))
                .hasMessage("iterations must be at least 1, was 0");
        var three = new Options(3, true, false, Block.AS_CODED);
        assertThatThrownBy(() -> chain(List.<double[][]>of(GATE_A, GATE_B), three))
                .hasMessage("gates must be 1 or 3, were 2");
    }

    private static ReferenceChain withBlock(Block block) {
        return chain(List.<double[][]>of(GATE_A), new Options(2, true, false, block));
    }

    private static ReferenceChain chain(List<double[][]> gates, Options options) {
        return new ReferenceChain(gates, ROUTER, ReferenceMoeTest.experts(), SHARED, options);
    }
}
