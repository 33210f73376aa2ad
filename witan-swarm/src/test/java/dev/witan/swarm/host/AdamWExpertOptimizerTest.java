// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.Engine;
import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.train.optimizer.AdamW;
import dev.witan.train.optimizer.AdamWConfig;

import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

final class AdamWExpertOptimizerTest {
    private static final AdamWConfig CONFIG = new AdamWConfig(0.9, 0.95, 1e-8, 0.1, 1);

    /// Clipped (deviation 1) and not; rows longer than a piece of the local optimiser.
    @ParameterizedTest
    @CsvSource({"1,1,1", "3,131,0.001", "3,131,1", "2,70001,1", "0,5,1"})
    void stepsToTheBitsOfLocalTraining(int experts, int size, double deviation) {
        Engine.start();
        try (Scope scope = Scope.open()) {
            Tensor start = Tensors.normal(1, 1, experts, size);
            var local = Parameter.explicit("experts", start.clone());
            var optimizer = new AdamW(CONFIG, List.of(local));
            var hosted = new AdamWExpertOptimizer();
            Tensor gradient = Tensors.zerosLike(start);
            var state =
                    new ExpertOptimizer.State(
                            start.clone(),
                            gradient,
                            Tensors.zerosLike(start),
                            Tensors.zerosLike(start));
            for (int step = 1; step <= 3; step++) {
                Tensor drawn = Tensors.normal(deviation, step, experts, size);
                local.gradient().copy_(drawn);
                gradient.copy_(drawn);
                double sum = 0;
                for (int e = 0; e < experts; e++) {
                    sum += hosted.sumOfSquares(gradient.select(0, e));
                }
                double norm = optimizer.step(0.01);
                assertThat(Math.sqrt(sum)).isEqualTo(norm);
                double divisor = Math.max(1, norm + 1e-6);
                hosted.step(state, new AdamWUpdate(divisor, 0.01, 0.1, 0.9, 0.95, 1e-8, step));
                assertThat(Tensors.toFloats(state.value()))
                        .isEqualTo(Tensors.toFloats(local.value()));
            }
        }
    }
}
