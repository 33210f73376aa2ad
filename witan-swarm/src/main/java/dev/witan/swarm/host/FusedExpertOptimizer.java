// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.engine.Engine;
import dev.witan.engine.FusedAdamW;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.swarm.protocol.AdamWUpdate;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;

import java.nio.FloatBuffer;

/// AdamW by libtorch's fused operator, in the pieces that local training takes.
public final class FusedExpertOptimizer implements ExpertOptimizer {
    /// Elements per piece; results depend on it, because a piece's last elements are computed
    /// without vectors.
    private static final int PIECE = 1 << 16;

    private final FusedAdamW fused = new FusedAdamW();

    /// The optimiser.
    public FusedExpertOptimizer() {}

    @Override
    public void step(State state, AdamWUpdate update) {
        int experts = Math.toIntExact(state.value().size(0));
        long parameters = state.value().size(1);
        int pieces = Math.toIntExact(Math.ceilDiv(parameters, (long) PIECE));
        try (Scope scope = Scope.open()) {
            var constants =
                    new FusedAdamW.Constants(
                            Tensors.of(new float[] {update.optimizerStep()}, 1),
                            Tensors.of(new float[] {(float) update.gradientDivisor()}, 1),
                            update.learningRate(),
                            update.beta1(),
                            update.beta2(),
                            update.weightDecay(),
                            update.epsilon());
            Engine.start()
                    .workers()
                    .forEach(
                            experts * pieces,
                            i -> {
                                long first = (long) (i % pieces) * PIECE;
                                long count = Math.min(PIECE, parameters - first);
                                step(state, i / pieces, first, count, constants);
                            });
        }
    }

    private void step(
            State state, int expert, long first, long count, FusedAdamW.Constants constants) {
        Tensor gradient = piece(state.gradient(), expert, first, count);
        fused.update(
                new FusedAdamW.Target(
                        piece(state.value(), expert, first, count),
                        gradient,
                        piece(state.mean(), expert, first, count),
                        piece(state.square(), expert, first, count)),
                constants);
        gradient.zero_();
    }

    private static Tensor piece(Tensor all, int expert, long first, long count) {
        return all.select(0, expert).narrow(0, first, count);
    }

    @Override
    public double sumOfSquares(Tensor gradient) {
        int size = Math.toIntExact(gradient.numel());
        if (size == 0) {
            return 0;
        }
        double sum = 0;
        try (Scope scope = Scope.open()) {
            FloatBuffer values =
                    new FloatPointer(gradient.data_ptr_float()).capacity(size).asBuffer();
            for (int i = 0; i < size; i++) {
                double value = values.get(i);
                sum += value * value;
            }
        }
        return sum;
    }
}
