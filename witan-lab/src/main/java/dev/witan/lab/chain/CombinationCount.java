// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import dev.witan.moe.Combinations;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/// In how many ways a token can be routed by MoE(8/64) and by CoE-2(4/64), exactly.
///
/// @param pool experts chosen from: 64 as the paper states it, 63 as its code builds it (the 64th
///   is the shared expert)
/// @param layers layers of the network, 1 for a single layer
/// @param mixture `C(pool, 8)^layers`
/// @param chain `C(pool, 4)^(2 layers)`, the order of the iterations counted
/// @param ratio chain over mixture
public record CombinationCount(
        int pool, int layers, BigInteger mixture, BigInteger chain, double ratio) {
    /// The published count of the chain, two digits.
    public static final String PUBLISHED_CHAIN = "3.8E+104";

    /// The published count of the mixture, two digits.
    public static final String PUBLISHED_MIXTURE = "2.2E+42";

    private static final int MIXTURE_TOP_K = 8;
    private static final int CHAIN_TOP_K = 4;
    private static final int ITERATIONS = 2;
    private static final MathContext TWO_DIGITS = new MathContext(2, RoundingMode.HALF_UP);

    /// The counts of a network.
    public static CombinationCount of(int pool, int layers) {
        BigInteger mixture = Combinations.ofNetwork(pool, MIXTURE_TOP_K, 1, layers);
        BigInteger chain = Combinations.ofNetwork(pool, CHAIN_TOP_K, ITERATIONS, layers);
        double ratio =
                new BigDecimal(chain)
                        .divide(new BigDecimal(mixture), MathContext.DECIMAL64)
                        .doubleValue();
        return new CombinationCount(pool, layers, mixture, chain, ratio);
    }

    /// Both pools for one layer, for the published network of 4, and for 8 and 12 layers.
    static List<CombinationCount> table() {
        List<CombinationCount> table = new ArrayList<>();
        for (int layers : new int[] {1, 4, 8, 12}) {
            table.add(of(64, layers));
            table.add(of(63, layers));
        }
        return table;
    }

    /// Whether both counts agree with the published ones in their two digits.
    boolean isPublished() {
        return twoDigits(chain).equals(PUBLISHED_CHAIN)
                && twoDigits(mixture).equals(PUBLISHED_MIXTURE);
    }

    /// The number of layers (not whole) at which the chain would have its published count.
    static double layersForPublishedChain(int pool) {
        return logarithm(new BigDecimal(PUBLISHED_CHAIN)) / logarithm(of(pool, 1).chain);
    }

    /// The number of layers (not whole) at which the mixture would have its published count.
    static double layersForPublishedMixture(int pool) {
        return logarithm(new BigDecimal(PUBLISHED_MIXTURE)) / logarithm(of(pool, 1).mixture);
    }

    /// A count in the form of the published ones, such as `3.8E+104`.
    static String twoDigits(BigInteger count) {
        return new BigDecimal(count).round(TWO_DIGITS).toString();
    }

    private static double logarithm(BigInteger count) {
        return logarithm(new BigDecimal(count));
    }

    private static double logarithm(BigDecimal count) {
        int exponent = count.precision() - count.scale() - 1;
        return exponent + Math.log10(count.movePointLeft(exponent).doubleValue());
    }
}
