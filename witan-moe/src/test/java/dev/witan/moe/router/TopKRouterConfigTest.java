// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TopKRouterConfigTest {
    @Test
    void refusesMoreChoicesThanExperts() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopKRouterConfig.softmax(8, 12))
                .withMessage("topK must be in [1, 8] (the number of experts), was 12");
        assertThatIllegalArgumentException().isThrownBy(() -> TopKRouterConfig.softmax(8, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> TopKRouterConfig.softmax(0, 1));
    }

    @Test
    void refusesGroupsThatDoNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopKRouterConfig.groupLimited(10, 2, 4, 2, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopKRouterConfig.groupLimited(8, 5, 4, 2, 1))
                .withMessageContaining("topK");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopKRouterConfig.groupLimited(8, 2, 4, 5, 1));
    }

    @Test
    void refusesFactorsThatAreNoFactors() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopKRouterConfig.groupLimited(8, 2, 4, 2, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopKRouterConfig.groupLimited(8, 2, 4, 2, Double.NaN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopKRouterConfig.softmax(8, 2).withInputJitter(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopKRouterConfig.softmax(8, 2).withInputJitter(Double.NaN));
    }
}
