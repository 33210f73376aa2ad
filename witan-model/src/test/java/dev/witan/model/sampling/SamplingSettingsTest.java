// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.sampling;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingSettingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1|0|1|0|temperature must be finite and at least 0, was -1.0",
                "NaN|0|1|0|temperature must be finite and at least 0, was NaN",
                "Infinity|0|1|0|temperature must be finite and at least 0, was Infinity",
                "1|-1|1|0|topK must be at least 1, or 0 to keep all tokens, was -1",
                "1|0|0|0|topP must be in (0, 1], was 0.0",
                "1|0|1.01|0|topP must be in (0, 1], was 1.01",
                "1|0|NaN|0|topP must be in (0, 1], was NaN",
                "1|0|1|-0.1|minP must be in [0, 1], was -0.1",
                "1|0|1|1.1|minP must be in [0, 1], was 1.1",
                "1|0|1|NaN|minP must be in [0, 1], was NaN"
            })
    void refusesInOneLine(double temperature, int topK, double topP, double minP, String message) {
        assertThatThrownBy(() -> new SamplingSettings(temperature, topK, topP, minP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void acceptsTheBounds() {
        assertThatNoException().isThrownBy(() -> new SamplingSettings(0, 1, Double.MIN_VALUE, 1));
    }
}
