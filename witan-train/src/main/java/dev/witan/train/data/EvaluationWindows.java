// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

/// Windows that together count every token of a text once as a target, the first token excepted,
/// which has nothing before it.
///
/// The first window counts all its targets, each later one starts `stride` tokens on and counts its
/// last `stride`: so every counted target beyond the first window has at least `sequenceLength -
/// stride` tokens before it. The last window may reach over the end; what lies there is padding.
///
/// @param length tokens of the text, at least 2
/// @param sequenceLength inputs of a window
/// @param stride in `[1, sequenceLength]`
public record EvaluationWindows(long length, int sequenceLength, int stride) {
    public EvaluationWindows {
        if (length < 2) {
            throw new IllegalArgumentException("length must be at least 2, was " + length);
        }
        if (sequenceLength < 1) {
            throw new IllegalArgumentException(
                    "sequenceLength must be at least 1, was " + sequenceLength);
        }
        if (stride < 1 || stride > sequenceLength) {
            throw new IllegalArgumentException(
                    "stride must be in [1, " + sequenceLength + "], was " + stride);
        }
    }

    /// Windows with a stride of half their length.
    public static EvaluationWindows halfOverlapping(long length, int sequenceLength) {
        return new EvaluationWindows(length, sequenceLength, Math.max(1, sequenceLength / 2));
    }

    /// One window.
    ///
    /// @param start index of its first input in the text
    /// @param tokens how many of its `sequenceLength + 1` tokens the text has, from `start` on
    /// @param countedFrom first counted target; target t is the token at `start + t + 1`
    /// @param countedTo end of the counted targets
    public record Window(long start, int tokens, int countedFrom, int countedTo) {}

    /// How many windows there are.
    public long count() {
        long afterFirst = Math.max(0, length - 1 - sequenceLength);
        return 1 + Math.ceilDiv(afterFirst, stride);
    }

    /// Targets that all windows count.
    public long targets() {
        return length - 1;
    }

    /// The window of an index in `[0, count)`.
    public Window window(long index) {
        if (index < 0 || index >= count()) {
            throw new IllegalArgumentException(
                    "index must be in [0, " + (count() - 1) + "], was " + index);
        }
        long start = index * stride;
        int tokens = (int) Math.min(sequenceLength + 1L, length - start);
        return new Window(start, tokens, index == 0 ? 0 : sequenceLength - stride, tokens - 1);
    }

    /// The windows from an index on as rows of one size; rows after the last window count nothing.
    public EvaluationBatch batch(TokenSequence text, long index, int rows) {
        if (text.length() != length) {
            throw new IllegalArgumentException(
                    "text must have " + length + " tokens, had " + text.length());
        }
        int width = sequenceLength + 1;
        var batch = new EvaluationBatch(rows, sequenceLength);
        for (int row = 0; row < rows && index + row < count(); row++) {
            Window window = window(index + row);
            text.copy(window.start, batch.tokens(), row * width, window.tokens);
            batch.countedFrom()[row] = window.countedFrom;
            batch.countedTo()[row] = window.countedTo;
        }
        return batch;
    }
}
