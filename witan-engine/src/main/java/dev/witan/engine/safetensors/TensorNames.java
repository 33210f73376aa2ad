// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Rules for names that come from files: which are valid, how they are printed, which are close.
final class TensorNames {
    /// The header key that holds the metadata and so cannot name a tensor.
    static final String METADATA_KEY = "__metadata__";

    private static final int QUOTED_LENGTH_MAX = 100;
    private static final int ESCAPED_LENGTH_MAX = 1_000;

    private TensorNames() {}

    /// Refuses names that cannot be printed or encoded: control characters, lone surrogates.
    static void requireValid(String name) throws HeaderFault {
        if (name.length() > SafetensorsLimits.NAME_LENGTH_MAX) {
            throw new HeaderFault(
                    "name has %d characters, the limit is %d"
                            .formatted(name.length(), SafetensorsLimits.NAME_LENGTH_MAX));
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            throw new HeaderFault("name holds a control character");
        }
        requireEncodable(name);
    }

    /// Refuses lone surrogates, which have no UTF-8 form.
    static void requireEncodable(String text) throws HeaderFault {
        // codePoints() joins pairs, so a surrogate that it returns is alone.
        if (text.codePoints()
                .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new HeaderFault("text " + quote(text) + " holds half a surrogate pair");
        }
    }

    /// `name` in quotes, escaped, cut to a length that fits a message.
    static String quote(String name) {
        boolean cut = name.length() > QUOTED_LENGTH_MAX;
        String shown = cut ? name.substring(0, QUOTED_LENGTH_MAX) : name;
        return '"' + escape(shown) + (cut ? "…\"" : "\"");
    }

    /// `text` on one line: what a terminal would not print as it stands becomes `\\uXXXX`.
    static String escape(String text) {
        var line = new StringBuilder();
        text.codePoints()
                .limit(ESCAPED_LENGTH_MAX)
                .forEach(c -> {
                    if (isPrintable(c)) {
                        line.appendCodePoint(c);
                    } else {
                        line.append(String.format(Locale.ROOT, "\\u%04x", c));
                    }
                });
        return line.toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }

    /// The `count` candidates that share the longest beginning and end with `name`.
    ///
    /// Linear in the text, unlike an edit distance: a file may hold 65,536 long names.
    static List<String> nearest(String name, Collection<String> candidates, int count) {
        return candidates.stream()
                .filter(candidate -> 2 * sharedEnds(name, candidate) >= name.length())
                .sorted(
                        Comparator.comparingInt(candidate ->
                                Math.max(name.length(), candidate.length())
                                        - sharedEnds(name, candidate)))
                .limit(count)
                .toList();
    }

    private static int sharedEnds(String a, String b) {
        int length = Math.min(a.length(), b.length());
        int head = 0;
        while (head < length && a.charAt(head) == b.charAt(head)) {
            head++;
        }
        int tail = 0;
        while (tail < length - head
                && a.charAt(a.length() - 1 - tail) == b.charAt(b.length() - 1 - tail)) {
            tail++;
        }
        return head + tail;
    }
}
