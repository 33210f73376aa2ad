// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

import java.util.List;

/// Endless training rows: epoch after epoch, each window of an epoch once. What follows depends
/// only on the data, the sequence length, the seed and the position, not on how rows were grouped
/// before.
///
/// **Threads** one.
public final class BatchStream {
    private final List<TokenSequence> domains;
    private final long[] lengths;
    private final int sequenceLength;
    private final long seed;
    private EpochWindows windows;
    private DataPosition position;

    BatchStream(List<TokenSequence> domains, int sequenceLength, long seed, DataPosition from) {
        this.domains = List.copyOf(domains);
        this.lengths = domains.stream().mapToLong(TokenSequence::length).toArray();
        this.sequenceLength = sequenceLength;
        this.seed = seed;
        this.windows = new EpochWindows(lengths, sequenceLength, seed, from.epoch());
        if (from.index() > windows.count()) {
            throw new IllegalArgumentException(
                    "index must be in [0, " + windows.count() + "], was " + from.index());
        }
        this.position = from;
    }

    /// The position of the next row: where a stream made with it goes on.
    public DataPosition position() {
        return position;
    }

    /// Rows in the current epoch; epochs may differ by one row per domain.
    public long rowsInEpoch() {
        return windows.count();
    }

    /// The next rows; may begin in one epoch and end in another.
    public Batch next(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("rows must be at least 1, was " + rows);
        }
        int width = sequenceLength + 1;
        int[] tokens = new int[Math.multiplyExact(rows, width)];
        int[] rowDomains = new int[rows];
        for (int row = 0; row < rows; row++) {
            if (position.index() == windows.count()) {
                position = new DataPosition(position.epoch() + 1, 0);
                windows = new EpochWindows(lengths, sequenceLength, seed, position.epoch());
            }
            EpochWindows.Window window = windows.at(position.index());
            position = new DataPosition(position.epoch(), position.index() + 1);
            rowDomains[row] = window.domain();
            domains.get(window.domain()).copy(window.start(), tokens, row * width, width);
        }
        return new Batch(tokens, rowDomains);
    }
}
