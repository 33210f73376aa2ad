// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.bench.layer.LayerRates.Rate;

import org.junit.jupiter.api.Test;

import java.util.List;

class LayerRatesTest {
    @Test
    void setsEachRateBesideTheBestProductOfItsType() {
        var rates =
                new LayerRates(
                        List.of(
                                new Rate("", "256", "float32", 80, 1.26),
                                new Rate("", "512", "float32", 100, Double.NaN),
                                new Rate("forward", "1x1x1x1x1", "float32", 50, 2),
                                new Rate("forward", "1x1x1x1x1", "bfloat16", 60, 3)));
        assertThat(rates.table().lines().skip(2))
                .containsExactly(
                        "| forward | 1x1x1x1x1 | bfloat16 | 60.0 | 3.0 |  |",
                        "| forward | 1x1x1x1x1 | float32 | 50.0 | 2.0 | 0.50 |",
                        "| matrix product | 256 | float32 | 80.0 | 1.3 | 0.80 |",
                        "| matrix product | 512 | float32 | 100.0 |  | 1.00 |");
    }
}
