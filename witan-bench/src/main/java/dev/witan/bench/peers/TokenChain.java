// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import java.util.random.RandomGenerator;

/// A Markov chain of order two over token ids with a skewed distribution: something a language
/// model can learn a little of within a hundred steps.
///
/// A token is, with even odds, a fresh draw in which id `i` has weight `1 / (i + 10)`, or one of
/// the eight fixed successors of the token before it; the token before that one says which.
public final class TokenChain {
    private static final int SUCCESSORS = 8;
    private static final double FLATTENING = 10;

    private final double[] cumulative;
    private final int[] successors;

    /// A chain whose successors are drawn from `random`.
    public TokenChain(int vocabulary, RandomGenerator random) {
        if (vocabulary < 1) {
            throw new IllegalArgumentException("vocabulary must be at least 1, was " + vocabulary);
        }
        cumulative = new double[vocabulary];
        double total = 0;
        for (int id = 0; id < vocabulary; id++) {
            total += 1 / (id + FLATTENING);
            cumulative[id] = total;
        }
        successors = new int[vocabulary * SUCCESSORS];
        for (int i = 0; i < successors.length; i++) {
            successors[i] = draw(random);
        }
    }

    /// The next `length` tokens of a fresh sequence.
    public long[] sequence(int length, RandomGenerator random) {
        var tokens = new long[length];
        for (int i = 0; i < length; i++) {
            tokens[i] =
                    i < 2 || random.nextBoolean()
                            ? draw(random)
                            : successor(tokens[i - 1], tokens[i - 2]);
        }
        return tokens;
    }

    private long successor(long last, long beforeLast) {
        return successors[(int) (last * SUCCESSORS + beforeLast % SUCCESSORS)];
    }

    private int draw(RandomGenerator random) {
        double target = random.nextDouble() * cumulative[cumulative.length - 1];
        int low = 0;
        int high = cumulative.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cumulative[middle] > target) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
