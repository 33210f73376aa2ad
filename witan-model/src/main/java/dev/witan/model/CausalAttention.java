// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.FlashAttention;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.List;

/// Rotary positions and causal attention of whole sequences, as one function with its explicit
/// gradient: one task per sequence, in which everything stays in cache. Left to autograd, the parts
/// of the projected matrix would be cut out and put together again in memory.
///
/// @param heads query heads
/// @param keyValueHeads key and value heads, a divisor of `heads`
/// @param headWidth width of a head
record CausalAttention(
        int heads,
        int keyValueHeads,
        int headWidth,
        RotaryEmbedding rotary,
        FlashAttention attention) {
    /// The answers `[T,heads*headWidth]` of `projected [T,(heads+2*keyValueHeads)*headWidth]`,
    /// which holds queries, keys and values of `sequences` equally long sequences.
    Tensor forward(Tensor projected, int sequences, ExplicitGradient tape) {
        try (Scope scope = Scope.open()) {
            var call = new Call(projected.detach(), sequences);
            Engine.start().workers().forEach(call.tasks(), call::forward);
            Tensor y = call.mixed.view(projected.size(0), (long) heads * headWidth);
            if (!GradMode.is_enabled()) {
                return scope.keep(y);
            }
            return scope.keep(
                    tape.join(
                            y,
                            List.of(projected),
                            List.of(call.turned, call.parts, call.mixed, call.logSumExp),
                            gradY -> List.of(backward(call, gradY))));
        }
    }

    private Tensor backward(Call call, Tensor gradY) {
        try (Scope scope = Scope.open()) {
            Tensor gradMixed = gradY.contiguous().view(Tensors.shape(call.mixed));
            Tensor gradParts = Tensors.empty(ScalarType.Float, Tensors.shape(call.parts));
            Engine.start()
                    .workers()
                    .forEach(call.tasks(), s -> call.backward(s, gradMixed, gradParts));
            long width = (heads + 2L * keyValueHeads) * headWidth;
            return scope.keep(gradParts.view(gradY.size(0), width));
        }
    }

    /// Buffers of one pass, with a first dimension of sequences.
    private final class Call {
        /// `[B,S,heads+2*keyValueHeads,headWidth]`
        final Tensor parts;

        /// Queries and keys behind the rotation, `[B,S,heads+keyValueHeads,headWidth]`.
        final Tensor turned;

        /// `[B,S,heads,headWidth]`
        final Tensor mixed;

        /// `[B,S,heads]`
        final Tensor logSumExp;

        Call(Tensor projected, int sequences) {
            long length = projected.size(0) / sequences;
            int all = heads + 2 * keyValueHeads;
            this.parts = projected.contiguous().view(sequences, length, all, headWidth);
            this.turned =
                    Tensors.empty(
                            ScalarType.Float, sequences, length, heads + keyValueHeads, headWidth);
            this.mixed = Tensors.empty(ScalarType.Float, sequences, length, heads, headWidth);
            this.logSumExp = Tensors.empty(ScalarType.Float, sequences, length, heads);
        }

        /// One per sequence; the operator does not take sequences without tokens.
        int tasks() {
            return parts.size(1) == 0 ? 0 : Math.toIntExact(parts.size(0));
        }

        void forward(int sequence) {
            Tensor target = turned.narrow(0, sequence, 1);
            rotary.turn(
                    parts.narrow(0, sequence, 1).narrow(2, 0, turned.size(2)), target, 0, false);
            FlashAttention.Output output = attention.forward(inputs(sequence));
            mixed.narrow(0, sequence, 1).copy_(output.output().transpose(1, 2));
            logSumExp.narrow(0, sequence, 1).copy_(output.logSumExp().transpose(1, 2));
        }

        void backward(int sequence, Tensor gradMixed, Tensor gradParts) {
            var output =
                    new FlashAttention.Output(
                            mixed.narrow(0, sequence, 1).transpose(1, 2),
                            logSumExp.narrow(0, sequence, 1).transpose(1, 2));
            Tensor gradOutput = gradMixed.narrow(0, sequence, 1).transpose(1, 2);
            List<Tensor> gradients = attention.backward(gradOutput, inputs(sequence), output);
            Tensor target = gradParts.narrow(0, sequence, 1);
            Tensor query = gradients.get(0).transpose(1, 2);
            Tensor key = summed(gradients.get(1)).transpose(1, 2);
            rotary.turn(query, target.narrow(2, 0, heads), 0, true);
            rotary.turn(key, target.narrow(2, heads, keyValueHeads), 0, true);
            target.narrow(2, heads + (long) keyValueHeads, keyValueHeads)
                    .copy_(summed(gradients.get(2)).transpose(1, 2));
        }

        private FlashAttention.Inputs inputs(int sequence) {
            Tensor both = turned.narrow(0, sequence, 1);
            Tensor all = parts.narrow(0, sequence, 1);
            return new FlashAttention.Inputs(
                    both.narrow(2, 0, heads).transpose(1, 2),
                    repeated(both.narrow(2, heads, keyValueHeads).transpose(1, 2)),
                    repeated(
                            all.narrow(2, heads + (long) keyValueHeads, keyValueHeads)
                                    .transpose(1, 2)));
        }
    }

    /// A key or value head for each query head.
    private Tensor repeated(Tensor keyOrValue) {
        int group = heads / keyValueHeads;
        return group == 1
                ? keyOrValue
                : torch.repeat_interleave(
                        keyOrValue, group, new LongOptional(1), new LongOptional());
    }

    /// The sum over the query heads of a group.
    private Tensor summed(Tensor gradient) {
        int group = heads / keyValueHeads;
        return group == 1
                ? gradient
                : gradient.reshape(1, keyValueHeads, group, gradient.size(2), headWidth).sum(2);
    }
}
