// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.optimizer;

import dev.witan.engine.AdamWKernel;
import dev.witan.engine.Engine;
import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.engine.Workers;

import org.bytedeco.pytorch.Tensor;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Adam with decoupled weight decay and clipping of the whole gradient.
///
/// Workers update pieces of the parameters, each in one pass over memory. Pieces never cross the
/// rows of a parameter, so an expert is updated in the same pieces, and to the same bits, wherever
/// its row lies; the norm is the sum over rows in order, each summed by [AdamWKernel#sumOfSquares].
///
/// @see "Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization, Algorithm 2"
public final class AdamW {
    /// Elements per piece: enough to make the call cheap, few enough to spread evenly.
    private static final int PIECE = 1 << 16;

    private final AdamWConfig config;
    private final List<Slot> slots;
    private final List<Piece> pieces = new ArrayList<>();

    /// Whole parameters, or their separate rows: what the norm is summed over.
    private final List<Piece> rows = new ArrayList<>();

    private final Workers workers = Engine.start().workers();
    private long steps;

    /// The state of one parameter, all flat.
    private record Slot(
            Parameter parameter, Tensor value, Tensor gradient, Tensor mean, Tensor square) {}

    private record Piece(Slot slot, long first, long count) {
        AdamWKernel.Target target() {
            return new AdamWKernel.Target(
                    memory(slot.value),
                    memory(slot.gradient),
                    memory(slot.mean),
                    memory(slot.square));
        }

        MemorySegment gradient() {
            return memory(slot.gradient);
        }

        private MemorySegment memory(Tensor tensor) {
            return Tensors.memory(tensor).asSlice(first * Float.BYTES, count * Float.BYTES);
        }
    }

    /// An optimiser of the given parameters.
    public AdamW(AdamWConfig config, List<Parameter> parameters) {
        this.config = config;
        this.slots = parameters.stream().map(AdamW::slot).toList();
        for (Slot slot : slots) {
            long size = slot.value.numel();
            long row = size / slot.parameter.separateRows();
            for (long start = 0; start < size; start += row) {
                rows.add(new Piece(slot, start, row));
                for (long first = 0; first < row; first += PIECE) {
                    pieces.add(new Piece(slot, start + first, Math.min(PIECE, row - first)));
                }
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
        double norm = Math.sqrt(addSquares(0));
        if (Double.isFinite(norm)) {
            update(learningRate, norm);
        } else {
            discard();
        }
        return norm;
    }

    /// First part of [#step]: `sum` and the squares of the gradients, added row after row in the
    /// order of the parameters.
    ///
    /// The norm of a gradient that lies in several places is the root of one such sum which goes
    /// from place to place; so it has the bits that it would have in one place.
    public double addSquares(double sum) {
        double[] parts = new double[rows.size()];
        workers.forEach(
                parts.length, i -> parts[i] = AdamWKernel.sumOfSquares(rows.get(i).gradient()));
        double total = sum;
        for (double part : parts) {
            total += part;
        }
        return total;
    }

    /// Second part of [#step]: changes the parameters by their gradients, which are parts of one
    /// with the given norm, and clears the gradients.
    public void update(double learningRate, double norm) {
        if (!Double.isFinite(norm)) {
            throw new IllegalArgumentException("norm must be finite, was " + norm);
        }
        steps++;
        var values =
                new AdamWKernel.Hyperparameters(
                        learningRate,
                        config.weightDecay(),
                        config.beta1(),
                        config.beta2(),
                        config.epsilon());
        var constants = AdamWKernel.Constants.of(values, config.gradientDivisor(norm), steps);
        workers.forEach(pieces.size(), i -> update(pieces.get(i), constants));
    }

    /// Clears the gradients and changes nothing else, as after a norm that is not finite.
    public void discard() {
        slots.forEach(slot -> slot.gradient.zero_());
    }

    private static void update(Piece piece, AdamWKernel.Constants constants) {
        AdamWKernel.update(piece.target(), constants);
        piece.slot.parameter.refresh(piece.first, piece.count);
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
