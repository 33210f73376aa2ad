// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.layer;

import dev.witan.engine.BatchMode;
import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Parameter;
import dev.witan.engine.RowBlocks;
import dev.witan.engine.RowFunction;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.engine.Workers;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.List;

/// A SwiGLU network that every token passes through, in float32, with its backward pass by hand:
/// blocks of rows on the workers.
///
/// @param gate `[F,D]`
/// @param up `[F,D]`
/// @param down `[D,F]`
/// @param blocks rows of the forward pass that are computed at once
record SwiGlu(Parameter gate, Parameter up, Parameter down, RowBlocks blocks) {
    private static final int ROWS = 512;
    private static final int OUTPUTS = 128;

    static SwiGlu normal(
            String name, int modelWidth, int width, double deviation, long seed, BatchMode mode) {
        return new SwiGlu(
                Parameter.leaf(
                        name + ".gate_proj.weight",
                        Tensors.normal(deviation, seed, width, modelWidth)),
                Parameter.leaf(
                        name + ".up_proj.weight",
                        Tensors.normal(deviation, seed + 1, width, modelWidth)),
                Parameter.leaf(
                        name + ".down_proj.weight",
                        Tensors.normal(deviation, seed + 2, modelWidth, width)),
                Engine.start().rowBlocks(new Rows(modelWidth, width), mode, ROWS));
    }

    /// The forward pass as a function of its rows.
    private record Rows(int inputWidth, int width) implements RowFunction {
        @Override
        public ScalarType type() {
            return ScalarType.Float;
        }

        @Override
        public long weightCount() {
            return 3L * inputWidth * width;
        }

        @Override
        public Tensor apply(Tensor rows, Tensor weights) {
            long size = (long) inputWidth * width;
            Tensor gate = weights.narrow(0, 0, size).view(width, inputWidth);
            Tensor up = weights.narrow(0, size, size).view(width, inputWidth);
            Tensor down = weights.narrow(0, 2 * size, size).view(inputWidth, width);
            Tensor hidden = torch.silu(torch.mm(rows, gate.t()));
            return torch.mm(hidden.mul_(torch.mm(rows, up.t())), down.t());
        }
    }

    /// The answers `[T,D]` to `x [T,D]`.
    Tensor forward(Tensor x, ExplicitGradient tape) {
        try (Scope scope = Scope.open()) {
            Tensor input = x.detach().contiguous();
            long width = gate.value().size(0);
            Tensor gates = Tensors.empty(ScalarType.Float, x.size(0), width);
            Tensor ups = Tensors.empty(ScalarType.Float, x.size(0), width);
            Tensor y = Tensors.empty(ScalarType.Float, x.size(0), down.value().size(0));
            blocks.forEach(
                    x.size(0),
                    block -> {
                        Tensor rows = block.read(input);
                        Tensor g = block.target(gates);
                        Tensor u = block.target(ups);
                        Tensor out = block.target(y);
                        torch.mm_out(g, rows, gate.value().t());
                        torch.mm_out(u, rows, up.value().t());
                        torch.mm_out(out, torch.silu(g).mul_(u), down.value().t());
                        block.write(gates, g);
                        block.write(ups, u);
                        block.write(y, out);
                        return out;
                    });
            if (!GradMode.is_enabled()) {
                return scope.keep(y);
            }
            return scope.keep(
                    tape.join(
                            y,
                            List.of(x),
                            List.of(input, gates, ups),
                            gradY -> List.of(backward(input, gates, ups, gradY.contiguous()))));
        }
    }

    /// Turns `gates` and `ups` into their gradients in place, as they are not read again.
    private Tensor backward(Tensor x, Tensor gates, Tensor ups, Tensor gradY) {
        try (Scope scope = Scope.open()) {
            Tensor hidden = Tensors.empty(ScalarType.Float, x.size(0), gate.value().size(0));
            Tensor gradX = Tensors.empty(ScalarType.Float, x.size(0), x.size(1));
            RowBlocks.upTo(ROWS)
                    .forEach(
                            x.size(0),
                            block -> {
                                Tensor g = block.read(gates);
                                Tensor u = block.read(ups);
                                Tensor silu = torch.silu(g);
                                torch.mul_out(block.read(hidden), silu, u);
                                Tensor gradHidden = torch.mm(block.read(gradY), down.value());
                                u.mul_(gradHidden);
                                g.copy_(torch.silu_backward(u, g));
                                torch.mul_out(u, gradHidden, silu);
                                Tensor out = block.read(gradX);
                                torch.mm_out(out, g, gate.value());
                                return out.addmm_(u, up.value());
                            });
            addWeightGradient(gate, gates, x);
            addWeightGradient(up, ups, x);
            addWeightGradient(down, gradY, hidden);
            return scope.keep(gradX);
        }
    }

    private static void addWeightGradient(Parameter weight, Tensor gradOut, Tensor input) {
        if (!weight.trainable()) {
            return;
        }
        Workers workers = Engine.start().workers();
        workers.forEachBlock(
                gradOut.size(1),
                OUTPUTS,
                (first, count) ->
                        weight.gradient()
                                .narrow(0, first, count)
                                .addmm_(gradOut.narrow(1, first, count).t(), input));
    }

    List<Parameter> parameters() {
        return List.of(gate, up, down);
    }
}
