// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerShapeTest {
    @Test
    void countsTheProductsOfAFewTokens() {
        var shape = new LayerShape(3, 5, 7, 11, 2);
        long gate = 2L * 3 * 5 * 7;
        long oneExpert = 2L * 5 * 11 + 2L * 5 * 11 + 2L * 11 * 5;
        assertThat(shape.forwardFlops()).isEqualTo(gate + 3 * 2 * oneExpert);
        assertThat(shape.forwardAndBackwardFlops()).isEqualTo(3 * (gate + 3 * 2 * oneExpert));
    }

    @Test
    void readsTheShapesThatAreMeasured() {
        assertThat(LayerShape.parse("2048x256x64x176x8"))
                .isEqualTo(new LayerShape(2048, 256, 64, 176, 8));
        assertThat(LayerShape.parse("2048x256x64x176x8").forwardFlops()).isEqualTo(4_496_293_888L);
        assertThat(LayerShape.parse("1x1x1x1x1").forwardFlops()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1x1x1x1",
                "1x1x1x1x1x1",
                "0x1x1x1x1",
                "1x0x1x1x1",
                "1x1x0x1x0",
                "1x1x1x-1x1",
                "1x1x1x1x0",
                "1x1x2x1x3",
                "axbxcxdxe"
            })
    void refusesWhatIsNoShape(String text) {
        assertThatThrownBy(() -> LayerShape.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
