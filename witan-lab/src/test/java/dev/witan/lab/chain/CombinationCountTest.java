// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.math.BigInteger;

final class CombinationCountTest {
    @Test
    void poolOfThePaperAndOfItsCode() {
        CombinationCount paper = CombinationCount.of(64, 1);
        assertThat(paper.mixture()).isEqualTo(4_426_165_368L);
        assertThat(paper.chain()).isEqualTo(BigInteger.valueOf(635_376).pow(2));
        assertThat(paper.ratio()).isCloseTo(91.21, within(0.005));
        CombinationCount code = CombinationCount.of(63, 1);
        assertThat(code.mixture()).isEqualTo(3_872_894_697L);
        assertThat(code.chain()).isEqualTo(BigInteger.valueOf(595_665).pow(2));
        assertThat(code.ratio()).isCloseTo(91.62, within(0.005));
    }

    @Test
    void networkIsThePowerOfALayer() {
        CombinationCount layer = CombinationCount.of(64, 1);
        CombinationCount network = CombinationCount.of(64, 4);
        assertThat(network.chain()).isEqualTo(layer.chain().pow(4));
        assertThat(network.mixture()).isEqualTo(layer.mixture().pow(4));
        assertThat(network.ratio()).isCloseTo(Math.pow(layer.ratio(), 4), within(1e-3));
        assertThat(CombinationCount.twoDigits(network.chain())).isEqualTo("2.7E+46");
    }

    @Test
    void noLayerCountGivesBothPublishedNumbers() {
        for (int pool : new int[] {63, 64}) {
            for (int layers = 1; layers <= 100; layers++) {
                assertThat(CombinationCount.of(pool, layers).isPublished())
                        .as("%d experts, %d layers", pool, layers)
                        .isFalse();
            }
        }
        assertThat(CombinationCount.layersForPublishedChain(64)).isCloseTo(9.01, within(0.005));
        assertThat(CombinationCount.layersForPublishedMixture(64)).isCloseTo(4.39, within(0.005));
        assertThat(CombinationCount.layersForPublishedChain(63)).isCloseTo(9.05, within(0.005));
        assertThat(CombinationCount.layersForPublishedMixture(63)).isCloseTo(4.42, within(0.005));
    }
}
