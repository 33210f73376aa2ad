// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

/// Tokens of any vocabulary, in memory.
public final class IntTokens implements TokenSequence {
    private final int[] tokens;

    public IntTokens(int... tokens) {
        this.tokens = tokens.clone();
    }

    @Override
    public long length() {
        return tokens.length;
    }

    @Override
    public int token(long index) {
        return tokens[Math.toIntExact(index)];
    }
}
