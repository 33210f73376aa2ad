// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

/// The tokens of one text, of any length. Immutable; safe for concurrent reading.
public sealed interface TokenSequence permits ByteText, IntTokens {
    /// Count of tokens.
    long length();

    /// The token at an index in `[0, length)`.
    int token(long index);

    /// Copies `count` tokens from `index` on into `target` at `at`.
    default void copy(long index, int[] target, int at, int count) {
        for (int i = 0; i < count; i++) {
            target[at + i] = token(index + i);
        }
    }
}
