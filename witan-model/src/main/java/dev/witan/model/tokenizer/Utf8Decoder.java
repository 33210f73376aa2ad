// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.tokenizer;

/// Incremental UTF-8 over byte tokens: at most three bytes wait for the rest of their character.
///
/// Algorithm notes: every maximal part of a character that cannot go on becomes one U+FFFD, as the
/// Unicode Standard (section 3.9) recommends and Rust, Python and browsers do. The JDK's decoder
/// differs: it makes one U+FFFD of a whole encoded surrogate (`ED A0 80`), not three.
///
/// **Source** WHATWG Encoding Standard, section 8.1.1,
/// https://encoding.spec.whatwg.org/#utf-8-decoder
final class Utf8Decoder implements IncrementalDecoder {
    private static final int CONTINUATION_MIN = 0x80;
    private static final int CONTINUATION_MAX = 0xBF;
    private static final char REPLACEMENT = '\uFFFD';

    private int codePoint;
    private int missing;
    private int lower = CONTINUATION_MIN;
    private int upper = CONTINUATION_MAX;

    /// The text of all bytes at once.
    static String decode(int[] tokens) {
        var decoder = new Utf8Decoder();
        var text = new StringBuilder(tokens.length);
        for (int token : tokens) {
            decoder.accept(token, text);
        }
        return text.append(decoder.finish()).toString();
    }

    @Override
    public String accept(int token) {
        var text = new StringBuilder(2);
        accept(token, text);
        return text.toString();
    }

    @Override
    public String finish() {
        boolean unfinished = missing > 0;
        restart();
        return unfinished ? String.valueOf(REPLACEMENT) : "";
    }

    private void accept(int token, StringBuilder text) {
        int b = ByteTokenizer.checked(token);
        if (missing > 0 && (b < lower || b > upper)) {
            text.append(REPLACEMENT);
            restart();
        }
        if (missing == 0) {
            begin(b, text);
            return;
        }
        lower = CONTINUATION_MIN;
        upper = CONTINUATION_MAX;
        codePoint = (codePoint << 6) | (b & 0x3F);
        if (--missing == 0) {
            text.appendCodePoint(codePoint);
        }
    }

    private void begin(int b, StringBuilder text) {
        if (b < 0x80) {
            text.append((char) b);
        } else if (b >= 0xC2 && b <= 0xDF) {
            missing = 1;
            codePoint = b & 0x1F;
        } else if (b >= 0xE0 && b <= 0xEF) {
            missing = 2;
            codePoint = b & 0xF;
            lower = b == 0xE0 ? 0xA0 : CONTINUATION_MIN; // else too long a form
            upper = b == 0xED ? 0x9F : CONTINUATION_MAX; // else a surrogate
        } else if (b >= 0xF0 && b <= 0xF4) {
            missing = 3;
            codePoint = b & 0x7;
            lower = b == 0xF0 ? 0x90 : CONTINUATION_MIN; // else too long a form
            upper = b == 0xF4 ? 0x8F : CONTINUATION_MAX; // else above U+10FFFF
        } else {
            text.append(REPLACEMENT);
        }
    }

    private void restart() {
        missing = 0;
        lower = CONTINUATION_MIN;
        upper = CONTINUATION_MAX;
    }
}
