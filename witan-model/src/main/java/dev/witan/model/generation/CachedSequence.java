// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.generation;

import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.engine.Workers;
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
    /// Up to about here one row times a matrix takes less time than handing it to another thread.
    private static final long SMALL_PRODUCT = 1 << 19;

    private final DecoderModel model;
    private final KeyValueCache cache;
    private final boolean small;

    CachedSequence(DecoderModel model) {
        this.model = model;
        this.cache = new KeyValueCache(model.config());
        long width = Math.max(model.config().hidden(), model.config().feedForward().width());
        this.small = width * model.config().hidden() <= SMALL_PRODUCT;
    }

    /// Appends tokens and returns the logits `[V]` behind the last one.
    float[] append(int... tokens) {
        if (tokens.length == 1 && small) {
            return Workers.alone(() -> pass(tokens));
        }
        var noGradient = new NoGradGuard();
        try {
            return pass(tokens);
        } finally {
            noGradient.close();
        }
    }

    private float[] pass(int[] tokens) {
        try (Scope scope = Scope.open()) {
            Tensor ids = Tensors.of(tokens, tokens.length);
            Tensor logits = model.forward(ids, Pass.inference(), cache).logits();
            return Tensors.toFloats(logits.select(0, tokens.length - 1L));
        }
    }

    @Override
    public void close() {
        cache.close();
    }
}
