// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.Engine;
import dev.witan.engine.Precision;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerWorkTest {
    @ParameterizedTest
    @EnumSource
    void aLayerRunsBothWaysAndAlwaysDoesTheSameWork(Precision precision) {
        var work = new LayerWork(new LayerShape(13, 8, 5, 7, 2), precision);
        work.forward();
        double norm = work.forwardAndBackward();
        assertThat(norm).isPositive();
        assertThat(work.forwardAndBackward()).isEqualTo(norm);
    }

    @ParameterizedTest
    @EnumSource
    void productsAreCountedForEveryWorker(Precision precision) {
        var work = new GemmWork(512, precision);
        work.run();
        assertThat(work.flops()).isEqualTo(Engine.start().threads() * 4L * 2 * 512 * 512 * 512);
    }
}
