// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.moe.Pass;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Causal self-attention with rotary positions; grouped queries if there are fewer key heads.
///
/// The projections of queries, keys and values are one matrix `[(heads + 2 kvHeads) * headWidth,
/// D]`; checkpoints see its three parts by their usual names.
final class Attention {
    private final ModelConfig config;
    private final Projection queryKeyValue;
    private final Projection output;
    private final Optional<RmsNorm> queryNorm;
    private final Optional<RmsNorm> keyNorm;
    private final RotaryEmbedding rotary;

    Attention(
            ModelConfig config,
            Projection queryKeyValue,
            Projection output,
            Optional<RmsNorm> queryNorm,
            Optional<RmsNorm> keyNorm,
            RotaryEmbedding rotary) {
        this.config = config;
        this.queryKeyValue = queryKeyValue;
        this.output = output;
        this.queryNorm = queryNorm;
        this.keyNorm = keyNorm;
        this.rotary = rotary;
    }

    List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>(List.of(queryKeyValue.weight(), output.weight()));
        queryNorm.ifPresent(norm -> all.add(norm.scale()));
        keyNorm.ifPresent(norm -> all.add(norm.scale()));
        return all;
    }

    /// The answers `[T,D]` for `x [T,D]` holding `pass.sequences()` sequences.
    Tensor forward(Tensor x, Pass pass) {
        try (Scope scope = Scope.open()) {
            long batch = pass.sequences();
            Heads heads = project(x, batch, 0, pass);
            Tensor mixed = attend(heads.query, heads.key, heads.value, true);
            return scope.keep(output.forward(join(mixed, x.size(0)), pass.tape()));
        }
    }

    /// The same for the next tokens of one sequence whose earlier ones are in `cache`.
    Tensor forward(Tensor x, Pass pass, KeyValueCache cache, int layer) {
        try (Scope scope = Scope.open()) {
            Heads heads = project(x, 1, cache.length(), pass);
            List<Tensor> all = cache.append(layer, heads.key, heads.value);
            Tensor mixed =
                    x.size(0) == 1
                            ? attend(heads.query, all.get(0), all.get(1), false)
                            : attendBehind(heads.query, all, cache.length());
            return scope.keep(output.forward(join(mixed, x.size(0)), pass.tape()));
        }
    }

    private record Heads(Tensor query, Tensor key, Tensor value) {}

    private Heads project(Tensor x, long batch, int position, Pass pass) {
        long width = config.headWidth();
        long queryWidth = config.heads() * width;
        long keyWidth = config.keyValueHeads() * width;
        long length = batch == 0 ? 0 : x.size(0) / batch;
        Tensor all = queryKeyValue.forward(x, pass.tape());
        Tensor turned;
        if (queryNorm.isPresent() && keyNorm.isPresent()) {
            Tensor query = queryNorm.get().forward(all.narrow(1, 0, queryWidth), pass.tape());
            Tensor key = keyNorm.get().forward(all.narrow(1, queryWidth, keyWidth), pass.tape());
            turned = torch.cat(new org.bytedeco.pytorch.TensorVector(query, key), 1);
        } else {
            turned = all.narrow(1, 0, queryWidth + keyWidth);
        }
        long turnedHeads = config.heads() + (long) config.keyValueHeads();
        turned =
                rotary.forward(
                        turned.reshape(batch, length, turnedHeads, width), position, pass.tape());
        Tensor value =
                all.narrow(1, queryWidth + keyWidth, keyWidth)
                        .reshape(batch, length, config.keyValueHeads(), width);
        return new Heads(
                turned.narrow(2, 0, config.heads()).transpose(1, 2),
                turned.narrow(2, config.heads(), config.keyValueHeads()).transpose(1, 2),
                value.transpose(1, 2));
    }

    private Tensor attend(Tensor query, Tensor key, Tensor value, boolean causal) {
        return torch.scaled_dot_product_attention(
                query,
                key,
                value,
                new TensorOptional(),
                0,
                causal,
                new DoubleOptional(),
                grouped());
    }

    /// Several new tokens behind `past` old ones: each sees the past and its own predecessors.
    private Tensor attendBehind(Tensor query, List<Tensor> all, int past) {
        if (past == 0) {
            return attend(query, all.get(0), all.get(1), true);
        }
        long count = query.size(2);
        Tensor mask =
                torch.ones(
                                new long[] {count, past + count},
                                new org.bytedeco.pytorch.TensorOptions(torch.ScalarType.Bool))
                        .tril(past);
        return torch.scaled_dot_product_attention(
                query,
                all.get(0),
                all.get(1),
                new TensorOptional(mask),
                0,
                false,
                new DoubleOptional(),
                grouped());
    }

    private boolean grouped() {
        return config.heads() != config.keyValueHeads();
    }

    private Tensor join(Tensor heads, long tokens) {
        return heads.transpose(1, 2).reshape(tokens, (long) config.heads() * config.headWidth());
    }
}
