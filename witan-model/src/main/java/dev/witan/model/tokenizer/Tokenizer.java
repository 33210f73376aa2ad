// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.tokenizer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/// A reversible map between text and token ids in `[0, vocabularySize)`.
///
/// **Threads** safe for concurrent use until closed; an [IncrementalDecoder] belongs to one thread.
public interface Tokenizer extends AutoCloseable {
    /// The file name under which [#save] writes and [Tokenizers#open] looks.
    String FILE_NAME = "tokenizer.json";

    /// Token ids of a text, with nothing added at its ends.
    int[] encode(String text);

    /// Token ids of a prompt: those of [#encode] with the marks that the tokenizer declares around
    /// a single text, such as a beginning-of-sequence token.
    default int[] encodePrompt(String text) {
        return encode(text);
    }

    /// Text of token ids; special tokens are left out and bytes that are not UTF-8 become U+FFFD.
    ///
    /// **Errors** an id outside `[0, vocabularySize)` → [IllegalArgumentException].
    String decode(int[] tokens);

    /// One more than the largest token id.
    int vocabularySize();

    /// The token after which a text ends, if the tokenizer names one.
    OptionalInt endOfText();

    /// A fresh decoder for a text that arrives token by token.
    IncrementalDecoder incrementalDecoder();

    /// Writes `tokenizer.json` into an existing folder and returns its path.
    Path save(Path folder) throws IOException;

    /// Frees native memory, where there is any.
    @Override
    default void close() {}
}
