// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.tokenizer;

import java.util.Arrays;

/// Incremental decoding through any tokenizer's whole-sequence `decode`.
///
/// Algorithm notes: a token's text depends on its neighbours (leading spaces, characters split over
/// tokens), so the text of a piece is the difference between decoding a window with and without it.
/// The window begins at the piece before. A text that ends in U+FFFD waits, because the next token
/// may complete a character; a character has at most 4 bytes, so after [#HELD_MAX] tokens it is
/// out. Cost: two decodes of at most `2 * HELD_MAX` tokens per token.
final class WindowDecoder implements IncrementalDecoder {
    private static final int HELD_MAX = 16;
    private static final String REPLACEMENT = "\uFFFD";

    private final Tokenizer tokenizer;
    private int[] window = {};
    private int shown;

    WindowDecoder(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    @Override
    public String accept(int token) {
        window = Arrays.copyOf(window, window.length + 1);
        window[window.length - 1] = token;
        String piece = unseen();
        boolean held = window.length - shown >= HELD_MAX;
        if ((piece.isEmpty() || piece.endsWith(REPLACEMENT)) && !held) {
            return "";
        }
        window = Arrays.copyOfRange(window, shown, window.length);
        shown = window.length;
        return piece;
    }

    @Override
    public String finish() {
        String piece = unseen();
        window = new int[0];
        shown = 0;
        return piece;
    }

    private String unseen() {
        String before = tokenizer.decode(Arrays.copyOf(window, shown));
        String after = tokenizer.decode(window);
        return after.length() > before.length() ? after.substring(before.length()) : "";
    }
}
