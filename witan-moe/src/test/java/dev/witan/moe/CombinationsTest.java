// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

class CombinationsTest {
    @Test
    void everyNumberIsThatOfPascalsTriangle() {
        for (int experts = 0; experts <= 64; experts++) {
            for (int topK = 0; topK <= experts; topK++) {
                assertThat(Combinations.ofExperts(experts, topK))
                        .isEqualTo(dev.witan.testkit.Combinations.choose(experts, topK));
            }
        }
    }

    @Test
    void eightOfSixtyFourIsDeepSeekMoesNumber() {
        assertThat(Combinations.ofExperts(64, 8)).isEqualTo(BigInteger.valueOf(4_426_165_368L));
        assertThat(Combinations.ofExperts(16, 2)).isEqualTo(BigInteger.valueOf(120));
    }

    /// Twice four of the pool against once eight: as the chain's paper states its pool and as its
    /// code builds it.
    @ParameterizedTest
    @CsvSource({"64, 91.21", "63, 91.62"})
    void aChainOfTwoHasThatManyTimesMoreWays(int experts, BigDecimal ratio) {
        BigDecimal chain = new BigDecimal(Combinations.ofChain(experts, 4, 2));
        BigDecimal once = new BigDecimal(Combinations.ofExperts(experts, 8));
        assertThat(chain.divide(once, 2, RoundingMode.HALF_UP)).isEqualTo(ratio);
    }

    @Test
    void aNetworkMultipliesItsLayers() {
        assertThat(Combinations.ofNetwork(64, 4, 2, 4))
                .isEqualTo(dev.witan.testkit.Combinations.paths(64, 4, 2, 4));
        assertThat(Combinations.ofNetwork(63, 8, 1, 28))
                .isEqualTo(Combinations.ofExperts(63, 8).pow(28));
        assertThat(Combinations.ofNetwork(63, 8, 1, 0)).isEqualTo(BigInteger.ONE);
    }

    @Test
    void moreChoicesThanExpertsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Combinations.ofExperts(8, 9))
                .withMessage("topK must be in [0, 8], was 9");
        assertThatIllegalArgumentException().isThrownBy(() -> Combinations.ofExperts(8, -1));
    }
}
