// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.Parameter;
import dev.witan.engine.Projection;
import dev.witan.engine.Scope;
import dev.witan.moe.Pass;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
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
    private final CausalAttention causal;

    Attention(
            ModelConfig config,
            Projection queryKeyValue,
            Projection output,
            Optional<RmsNorm> queryNorm,
            Optional<RmsNorm> keyNorm,
            CausalAttention causal) {
        this.config = config;
        this.queryKeyValue = queryKeyValue;
        this.output = output;
        this.queryNorm = queryNorm;
        this.keyNorm = keyNorm;
        this.causal = causal;
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
            Tensor mixed = causal.forward(project(x, pass), pass.sequences(), pass.tape());
            return scope.keep(output.forward(mixed, pass.tape()));
        }
    }

    /// The same for the next tokens of one sequence whose earlier ones are in `cache`; nothing is
    /// recorded.
    Tensor forward(Tensor x, Pass pass, KeyValueCache cache, int layer) {
        try (Scope scope = Scope.open()) {
            int heads = config.heads();
            int keyValueHeads = config.keyValueHeads();
            Tensor all =
                    project(x, pass)
                            .view(1, x.size(0), heads + 2L * keyValueHeads, config.headWidth());
            Tensor turned =
                    causal.rotary()
                            .forward(
                                    all.narrow(2, 0, heads + (long) keyValueHeads), cache.length());
            Tensor query = turned.narrow(2, 0, heads).transpose(1, 2);
            Tensor key = turned.narrow(2, heads, keyValueHeads).transpose(1, 2);
            Tensor value =
                    all.narrow(2, heads + (long) keyValueHeads, keyValueHeads).transpose(1, 2);
            List<Tensor> held = cache.append(layer, key, value);
            Tensor mixed =
                    x.size(0) == 1
                            ? attend(query, held.get(0), held.get(1), false)
                            : attendBehind(query, held, cache.length());
            return scope.keep(output.forward(join(mixed, x.size(0)), pass.tape()));
        }
    }

    /// Queries, keys and values side by side, `[T,(heads+2*kvHeads)*headWidth]`, normalised.
    private Tensor project(Tensor x, Pass pass) {
        Tensor all = queryKeyValue.forward(x, pass.tape());
        if (queryNorm.isEmpty() || keyNorm.isEmpty()) {
            return all;
        }
        long queryWidth = (long) config.heads() * config.headWidth();
        long keyWidth = (long) config.keyValueHeads() * config.headWidth();
        var parts = torch.split_with_sizes(all, new long[] {queryWidth, keyWidth, keyWidth}, 1);
        Tensor query = queryNorm.get().forward(parts.get(0), pass.tape());
        Tensor key = keyNorm.get().forward(parts.get(1), pass.tape());
        return torch.cat(new TensorVector(query, key, parts.get(2)), 1);
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
