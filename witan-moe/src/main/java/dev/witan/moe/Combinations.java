// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import java.math.BigInteger;

/// How many ways a token can be routed, exactly.
public final class Combinations {
    private Combinations() {}

    /// Ways to choose `topK` of `experts`.
    public static BigInteger ofExperts(int experts, int topK) {
        if (topK < 0 || topK > experts) {
            throw new IllegalArgumentException("topK must be in [0, " + experts + "], was " + topK);
        }
        BigInteger ways = BigInteger.ONE;
        for (int i = 1; i <= topK; i++) {
            ways =
                    ways.multiply(BigInteger.valueOf(experts - topK + (long) i))
                            .divide(BigInteger.valueOf(i));
        }
        return ways;
    }

    /// Ordered ways of a chain that chooses anew in each iteration.
    public static BigInteger ofChain(int experts, int topK, int iterations) {
        return ofExperts(experts, topK).pow(iterations);
    }

    /// Ways of a whole network of equal layers.
    public static BigInteger ofNetwork(int experts, int topK, int iterations, int layers) {
        return ofChain(experts, topK, iterations).pow(layers);
    }
}
