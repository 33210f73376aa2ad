// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.tokenizer;

/// A decoder of one growing sequence of tokens that hands out text as soon as later tokens can no
/// longer change it: never half a character. All pieces and the rest together are the text of all
/// tokens.
///
/// **Threads** one.
public interface IncrementalDecoder {
    /// The text that this token completes; often empty.
    String accept(int token);

    /// What is left at the end of the sequence, with unfinished characters as U+FFFD. The decoder
    /// is as new afterwards.
    String finish();
}
