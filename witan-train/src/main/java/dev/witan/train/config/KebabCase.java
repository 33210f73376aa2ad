// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import java.util.Locale;

/// The written form of Java names in configurations: `NOISY_TOP_K` and `NoisyTopK` are
/// `noisy-top-k`.
final class KebabCase {
    private KebabCase() {}

    static String ofConstant(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String ofType(String simpleName) {
        return simpleName.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    /// Whether two spellings mean the same name: case, `-` and `_` do not count.
    static boolean same(String a, String b) {
        return bare(a).equals(bare(b));
    }

    private static String bare(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
}
