// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.generation;

import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.model.DecoderModel;
import dev.witan.model.KeyValueCache;
import dev.witan.moe.Pass;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/// One sequence that grows by tokens, with the keys and values of those it has.
///
/// Everything a pass makes is freed when the pass ends; only the cache stays.
///
/// **Threads** one.
final class CachedSequence implements AutoCloseable {
    private final DecoderModel model;
    private final KeyValueCache cache;

    CachedSequence(DecoderModel model) {
        this.model = model;
        this.cache = new KeyValueCache(model.config());
    }

    /// Appends tokens and returns the logits `[V]` behind the last one.
    float[] append(int... tokens) {
        var noGradient = new NoGradGuard();
        try (Scope scope = Scope.open()) {
            Tensor ids = Tensors.of(tokens, tokens.length);
            Tensor logits = model.forward(ids, Pass.inference(), cache).logits();
            return Tensors.toFloats(logits.select(0, tokens.length - 1L));
        } finally {
            noGradient.close();
        }
    }

    @Override
    public void close() {
        cache.close();
    }
}
