// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.witan.engine.Engine;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;

class ExpertCapacityTest {
    @BeforeAll
    static void start() {
        Engine.start();
    }

    /// Three tokens, capacity ceil(0.6 * 3 * 2 / 2) = 2: expert 0 is the first choice of tokens 1
    /// and 2, and the second choice of token 0, which comes too late though the token is earlier.
    @Test
    void firstChoicesComeBeforeSecondChoicesOfEarlierTokens() {
        assertThat(limit(0.6, 2, 2, 1, 0, 0, 1, 0, 1)).containsExactly(1, -1, 0, 1, 0, -1);
    }

    @Test
    void earlierTokensComeFirst() {
        assertThat(limit(1, 4, 1, 2, 2, 2, 2)).containsExactly(2, -1, -1, -1);
    }

    @Test
    void emptySlotsTakeNoPlace() {
        assertThat(limit(1, 2, 2, -1, 0, -1, 0)).containsExactly(-1, 0, -1, 0);
    }

    @Test
    void droplessKeepsEverything() {
        assertThat(limit(0, 4, 1, 2, 2, 2, 2)).containsExactly(2, 2, 2, 2);
        assertThat(ExpertCapacity.DROPLESS.couplesTokens()).isFalse();
        assertThat(new ExpertCapacity(1).couplesTokens()).isTrue();
        assertThat(limit(1.25, 4, 1)).isEmpty();
    }

    @Test
    void capacityIsTheFactorTimesTheMeanLoadRoundedUp() {
        assertThat(new ExpertCapacity(1.25).expertCapacity(64, 2, 8)).isEqualTo(20);
        assertThat(new ExpertCapacity(1).expertCapacity(13, 1, 8)).isEqualTo(2);
        assertThat(new ExpertCapacity(1).expertCapacity(0, 1, 8)).isZero();
    }

    @Test
    void negativeFactorsAreRefused() {
        for (double bad : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ExpertCapacity(bad))
                    .withMessageContaining("must be >= 0");
        }
    }

    private static int[] limit(double factor, int experts, int topK, int... ids) {
        try (Scope scope = Scope.open()) {
            int tokens = ids.length / topK;
            Tensor perSlot = Tensors.zeros(ScalarType.Float, tokens, topK);
            Tensor perExpert = Tensors.zeros(ScalarType.Float, tokens, experts);
            var routing =
                    new Routing(
                            tokens, topK, experts, ids, perSlot, perExpert, perExpert, List.of());
            return new ExpertCapacity(factor).limit(routing).expertIds();
        }
    }
}
