// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.model.tokenizer.Tokenizer;

/// What a model folder holds.
///
/// @param model the model with its weights
/// @param tokenizer the tokenizer it was trained with; closed by [#close]
public record LoadedModel(DecoderModel model, Tokenizer tokenizer) implements AutoCloseable {
    @Override
    public void close() {
        tokenizer.close();
    }
}
