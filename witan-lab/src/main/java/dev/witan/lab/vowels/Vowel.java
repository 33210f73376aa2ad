// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import org.jspecify.annotations.Nullable;

/// The four vowels of the paper. It does not say how they are coded; here one output separates
/// `[i]` and `[a]` from `[I]` and `[Λ]`, so that each pair of neighbours in the formant plane has
/// both targets.
enum Vowel {
    IY("iy", "[i]", 1),
    IH("ih", "[I]", 0),
    AA("aa", "[a]", 1),
    AH("ah", "[Λ]", 0);

    private final String code;
    private final String symbol;
    private final int target;

    Vowel(String code, String symbol, int target) {
        this.code = code;
        this.symbol = symbol;
        this.target = target;
    }

    /// The code in the data set.
    String code() {
        return code;
    }

    /// The phonetic symbol, as the paper writes it.
    String symbol() {
        return symbol;
    }

    /// The wanted output, 0 or 1.
    int target() {
        return target;
    }

    /// The vowel of a code of the data set, or null for one of the other six vowels.
    static @Nullable Vowel of(String code) {
        for (Vowel vowel : values()) {
            if (vowel.code.equals(code)) {
                return vowel;
            }
        }
        return null;
    }
}
