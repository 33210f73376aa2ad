// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.ArrayList;
import java.util.List;

/// Keys and values of the tokens a sequence has so far, for all layers; of fixed size.
///
/// **Threads** one sequence, one thread.
public final class KeyValueCache implements AutoCloseable {
    private final List<Tensor> keys = new ArrayList<>();
    private final List<Tensor> values = new ArrayList<>();
    private final int context;
    private int length;

    /// An empty cache for one sequence of a model.
    public KeyValueCache(ModelConfig config) {
        this.context = config.context();
        for (int layer = 0; layer < config.layers(); layer++) {
            keys.add(slab(config));
            values.add(slab(config));
        }
    }

    private static Tensor slab(ModelConfig config) {
        return Scope.release(
                Tensors.zeros(
                        ScalarType.Float,
                        1,
                        config.keyValueHeads(),
                        config.context(),
                        config.headWidth()));
    }

    /// Tokens held.
    public int length() {
        return length;
    }

    /// Tokens that still fit.
    public int room() {
        return context - length;
    }

    /// Checks that `count` more tokens fit.
    void requireRoom(long count) {
        if (count > room()) {
            throw new IllegalArgumentException(
                    "context of " + context + " tokens is full: " + length + " + " + count);
        }
    }

    /// Appends keys and values `[1,kvHeads,S,headWidth]` of a layer behind the tokens held and
    /// returns all, without moving on: [#advance] does when every layer has appended.
    List<Tensor> append(int layer, Tensor key, Tensor value) {
        long count = key.size(2);
        keys.get(layer).narrow(2, length, count).copy_(key);
        values.get(layer).narrow(2, length, count).copy_(value);
        return List.of(
                keys.get(layer).narrow(2, 0, length + count),
                values.get(layer).narrow(2, 0, length + count));
    }

    void advance(int count) {
        length += count;
    }

    /// Drops all tokens from `newLength` on.
    public void truncate(int newLength) {
        if (newLength < 0 || newLength > length) {
            throw new IllegalArgumentException(
                    "length must be in [0, " + length + "], was " + newLength);
        }
        length = newLength;
    }

    @Override
    public void close() {
        keys.forEach(Tensor::close);
        values.forEach(Tensor::close);
    }
}
