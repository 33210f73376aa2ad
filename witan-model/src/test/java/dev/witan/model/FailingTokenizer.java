// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.model.tokenizer.ByteTokenizer;
import dev.witan.model.tokenizer.IncrementalDecoder;
import dev.witan.model.tokenizer.Tokenizer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/// A tokenizer whose file cannot be written.
final class FailingTokenizer implements Tokenizer {
    private final ByteTokenizer bytes = new ByteTokenizer();

    @Override
    public int[] encode(String text) {
        return bytes.encode(text);
    }

    @Override
    public String decode(int[] tokens) {
        return bytes.decode(tokens);
    }

    @Override
    public int vocabularySize() {
        return bytes.vocabularySize();
    }

    @Override
    public OptionalInt endOfText() {
        return bytes.endOfText();
    }

    @Override
    public IncrementalDecoder incrementalDecoder() {
        return bytes.incrementalDecoder();
    }

    @Override
    public Path save(Path folder) throws IOException {
        throw new IOException("no space");
    }
}
