// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.optimizer;

import dev.witan.engine.Engine;
import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.engine.Workers;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Adam with decoupled weight decay and clipping of the whole gradient.
///
/// The state of each weight is read and written once per step: workers take pieces that fit into a
/// core's cache and run all operations on a piece before the next, where the library's own
/// optimiser passes over memory once per operation. A weight's result does not depend on the pieces
/// or the workers, and the norm is summed in a fixed order in double precision.
///
/// @see "Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization, Algorithm 2"
public final class AdamW {
    /// Elements per piece: five float arrays of it stay within a second-level cache.
    private static final int PIECE = 1 << 16;

    private final AdamWConfig config;
    private final List<Slot> slots;
    private final List<Piece> pieces = new ArrayList<>();
    private final Workers workers = Engine.start().workers();
    private long steps;

    /// The state of one parameter, all flat.
    private record Slot(
            Parameter parameter, Tensor value, Tensor gradient, Tensor mean, Tensor square) {}

    private record Piece(Slot slot, long first, long count) {}

    /// An optimiser of the given parameters.
    public AdamW(AdamWConfig config, List<Parameter> parameters) {
        this.config = config;
        this.slots = parameters.stream().map(AdamW::slot).toList();
        for (Slot slot : slots) {
            long size = slot.value.numel();
            for (long first = 0; first < size; first += PIECE) {
                pieces.add(new Piece(slot, first, Math.min(PIECE, size - first)));
            }
        }
    }

    private static Slot slot(Parameter parameter) {
        try (Scope scope = Scope.open()) {
            Tensor value = parameter.value().detach().view(-1);
            return new Slot(
                    parameter,
                    Scope.release(value),
                    Scope.release(parameter.gradient().view(-1)),
                    Scope.release(Tensors.zerosLike(value)),
                    Scope.release(Tensors.zerosLike(value)));
        }
    }

    /// Steps done.
    public long steps() {
        return steps;
    }

    /// Changes the parameters by one step of their gradients and clears the gradients.
    ///
    /// @return norm of the whole gradient before clipping; if it is not finite nothing changes but
    ///   the gradients are cleared
    public double step(double learningRate) {
        double norm = gradientNorm();
        if (!Double.isFinite(norm)) {
            slots.forEach(slot -> slot.gradient.zero_());
            return norm;
        }
        steps++;
        double scale = config.clipNorm() == 0 ? 1 : Math.min(1, config.clipNorm() / (norm + 1e-6));
        var update = Update.of(config, steps, learningRate, scale);
        workers.forEach(pieces.size(), i -> apply(pieces.get(i), update));
        return norm;
    }

    private record Update(
            Scalar scale,
            boolean scales,
            Scalar decay,
            Scalar meanStep,
            Scalar squareDecay,
            Scalar squareStep,
            Scalar epsilon,
            Scalar size) {
        /// Bias corrections are folded: `p -= lr/c1 * m / (sqrt(v/c2) + eps)` is `p -=
        /// lr*sqrt(c2)/c1
        /// * m / (sqrt(v) + eps*sqrt(c2))`.
        static Update of(AdamWConfig config, long step, double learningRate, double scale) {
            double correction1 = 1 - Math.pow(config.beta1(), (double) step);
            double correction2 = Math.sqrt(1 - Math.pow(config.beta2(), (double) step));
            return new Update(
                    scalar(scale),
                    scale != 1,
                    scalar(1 - learningRate * config.weightDecay()),
                    scalar(1 - config.beta1()),
                    scalar(config.beta2()),
                    scalar(1 - config.beta2()),
                    scalar(config.epsilon() * correction2),
                    scalar(-learningRate * correction2 / correction1));
        }

        private static Scalar scalar(double value) {
            return Scope.release(new Scalar(value));
        }
    }

    private static void apply(Piece piece, Update update) {
        Slot slot = piece.slot;
        Tensor gradient = slot.gradient.narrow(0, piece.first, piece.count);
        Tensor value = slot.value.narrow(0, piece.first, piece.count);
        Tensor mean = slot.mean.narrow(0, piece.first, piece.count);
        Tensor square = slot.square.narrow(0, piece.first, piece.count);
        if (update.scales) {
            gradient.mul_(update.scale);
        }
        mean.lerp_(gradient, update.meanStep);
        square.mul_(update.squareDecay);
        square.addcmul_(gradient, gradient, update.squareStep);
        // The gradient is not needed any more: its memory holds the denominator.
        torch.sqrt_out(gradient, square);
        gradient.add_(update.epsilon);
        value.mul_(update.decay);
        value.addcdiv_(mean, gradient, update.size);
        gradient.zero_();
    }

    private double gradientNorm() {
        double[] sums = new double[pieces.size()];
        workers.forEach(
                sums.length,
                i -> {
                    Piece piece = pieces.get(i);
                    Tensor gradient = piece.slot.gradient.narrow(0, piece.first, piece.count);
                    sums[i] = torch.dot(gradient, gradient).item_float();
                });
        double sum = 0;
        for (double part : sums) {
            sum += part;
        }
        return Math.sqrt(sum);
    }

    /// The state by name, for checkpoints: `NAME.mean` and `NAME.square` of each parameter, flat.
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        for (Slot slot : slots) {
            state.put(slot.parameter.name() + ".mean", slot.mean);
            state.put(slot.parameter.name() + ".square", slot.square);
        }
        return state;
    }

    /// Continues after `steps` steps; the tensors of [#state] have been filled.
    public void resume(long steps) {
        this.steps = steps;
    }
}
