// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit;

import java.math.BigInteger;
import java.util.Arrays;

/// Exact numbers of ways to choose experts, counted by Pascal's triangle: additions only, no
/// factorials.
public final class Combinations {
    private Combinations() {}

    /// The number of sets of `chosen` out of `experts`: C(n, k) = C(n−1, k−1) + C(n−1, k).
    public static BigInteger choose(int experts, int chosen) {
        if (experts < 0) {
            throw new IllegalArgumentException("experts must be at least 0, was " + experts);
        }
        if (chosen < 0 || chosen > experts) {
            return BigInteger.ZERO;
        }
        var row = new BigInteger[experts + 1];
        Arrays.fill(row, BigInteger.ZERO);
        row[0] = BigInteger.ONE;
        for (int n = 1; n <= experts; n++) {
            for (int k = n; k >= 1; k--) {
                row[k] = row[k].add(row[k - 1]);
            }
        }
        return row[chosen];
    }

    /// The ways through a chain that chooses anew in every iteration and every layer: C(n,
    /// k)^(iterations · layers), by repeated multiplication.
    public static BigInteger paths(int experts, int chosen, int iterations, int layers) {
        BigInteger ways = BigInteger.ONE;
        BigInteger each = choose(experts, chosen);
        for (int i = 0; i < iterations * layers; i++) {
            ways = ways.multiply(each);
        }
        return ways;
    }
}
