// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

/// The windows of one epoch in the order in which they are drawn.
///
/// A domain of L tokens is cut into windows of S + 1 tokens that start S apart, so that a token is
/// a target at most once; the first starts at a random offset below S, drawn anew for each epoch
/// and domain, as far as the length allows. The windows of all domains are permuted together, which
/// mixes domains in proportion to their size. All of it is a function of the seed and the epoch.
final class EpochWindows {
    private final long[] lengths;
    private final int sequenceLength;
    private final long[] offsets;

    /// Windows of the domains before each domain, and of all at the end.
    private final long[] before;

    private final Permutation permutation;

    /// Where a row comes from.
    record Window(int domain, long start) {}

    EpochWindows(long[] lengths, int sequenceLength, long seed, long epoch) {
        this.lengths = lengths.clone();
        this.sequenceLength = sequenceLength;
        this.offsets = new long[lengths.length];
        this.before = new long[lengths.length + 1];
        for (int d = 0; d < lengths.length; d++) {
            long choices = Math.min(sequenceLength, lengths[d] - sequenceLength);
            offsets[d] = SplitMix.below(choices, seed, epoch, d);
            before[d + 1] = before[d] + (lengths[d] - 1 - offsets[d]) / sequenceLength;
        }
        this.permutation = new Permutation(count(), SplitMix.hash(seed, epoch));
    }

    long count() {
        return before[before.length - 1];
    }

    /// The window drawn at an index in `[0, count)`.
    Window at(long index) {
        long window = permutation.at(index);
        int domain = 0;
        while (window >= before[domain + 1]) {
            domain++;
        }
        long start = offsets[domain] + (window - before[domain]) * sequenceLength;
        assert start + sequenceLength < lengths[domain] : start + " of " + lengths[domain];
        return new Window(domain, start);
    }
}
