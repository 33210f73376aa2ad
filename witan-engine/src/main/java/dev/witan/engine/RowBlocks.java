// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// The division of a matrix's rows into the blocks that a library is called with.
///
/// In the fast mode a block has any number of rows up to a bound. In the invariant mode only a few
/// row counts are allowed and the last block is padded with zero rows, because libraries choose a
/// kernel, and with it the order of summation, by the row count. One count is the fixed shape, 32.
/// Others join it if a check on this machine, with this very function, finds their results equal to
/// the last bit at every position; so most products keep large blocks and a single row its fast
/// path, where the library permits. If even the fixed shape treats positions differently, rows are
/// taken one by one.
///
/// Immutable. **Threads** any.
public final class RowBlocks {
    /// Rows of the fixed shape.
    static final int FIXED = 32;

    /// Allowed counts other than the fixed one, if they pass.
    private static final int[] CANDIDATES = {1, 2, 4, 8, 16, 64, 96, 128, 160, 192, 256, 384, 512};

    /// Most multiplications of one call in a check: a fraction of a second.
    private static final long CHECK_SIZE = 1L << 31;

    private final int[] counts;
    private final boolean padded;

    private RowBlocks(boolean padded, int... counts) {
        this.counts = counts.clone();
        this.padded = padded;
    }

    /// Blocks of at most `most` rows, never padded: the fast mode.
    public static RowBlocks upTo(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most must be >= 1, was " + most);
        }
        return new RowBlocks(false, most);
    }

    /// Blocks of the given row counts, ascending; the last is padded.
    static RowBlocks padded(int... counts) {
        return new RowBlocks(true, counts);
    }

    /// Blocks of the counts with which `function` gives a row the same bits. [Engine#rowBlocks]
    /// keeps the answer. **Threads** a worker's own, without recording gradients.
    static RowBlocks checked(RowFunction function) {
        long most = Math.max(FIXED, CHECK_SIZE / Math.max(1, function.weightCount()));
        int[] candidates = Arrays.stream(CANDIDATES).filter(count -> count <= most).toArray();
        int largest = Math.max(FIXED, candidates[candidates.length - 1]);
        try (Scope scope = Scope.open()) {
            // Narrow functions have few elements that could show a difference.
            int repeats = function.weightCount() <= 1 << 14 ? 8 : 1;
            List<Check> checks =
                    IntStream.range(0, repeats)
                            .mapToObj(seed -> new Check(function, largest + FIXED, seed))
                            .toList();
            if (!checks.stream().allMatch(check -> check.agrees(FIXED))) {
                return padded(1);
            }
            return padded(
                    IntStream.concat(IntStream.of(FIXED), Arrays.stream(candidates))
                            .filter(count -> checks.stream().allMatch(c -> c.agrees(count)))
                            .sorted()
                            .toArray());
        }
    }

    /// The allowed row counts, ascending.
    int[] counts() {
        return counts.clone();
    }

    /// The same division with no block above `most` rows, unless none is that small.
    public RowBlocks atMost(int most) {
        if (!padded) {
            return upTo(Math.min(most, counts[0]));
        }
        int[] small = Arrays.stream(counts).filter(count -> count <= most).toArray();
        return padded(small.length == 0 ? new int[] {counts[0]} : small);
    }

    /// Some rows, and how many the library is called with.
    ///
    /// @param first index of the first row
    /// @param count number of rows
    /// @param called `count`, or more if zero rows follow
    public record Block(int first, int count, int called) {
        /// These rows of `all`, with zero rows behind them where needed.
        public Tensor read(Tensor all) {
            Tensor rows = all.narrow(0, first, count);
            if (called == count) {
                return rows;
            }
            Tensor scratch = Tensors.empty(all.scalar_type(), called, all.size(1));
            scratch.narrow(0, 0, count).copy_(rows);
            scratch.narrow(0, count, called - count).zero_();
            return scratch;
        }

        /// Where results for `all` go: these rows of it, or scratch for [#write].
        public Tensor target(Tensor all) {
            return called == count
                    ? all.narrow(0, first, count)
                    : Tensors.empty(all.scalar_type(), called, all.size(1));
        }

        /// Copies results from what [#target] gave.
        public void write(Tensor all, Tensor target) {
            if (called != count) {
                all.narrow(0, first, count).copy_(target.narrow(0, 0, count));
            }
        }
    }

    /// The blocks of `rows` rows, in ascending order.
    public List<Block> split(int rows) {
        List<Block> blocks = new ArrayList<>();
        int first = 0;
        while (first < rows) {
            Block block = next(first, rows - first);
            blocks.add(block);
            first += block.count();
        }
        return blocks;
    }

    private Block next(int first, int remaining) {
        if (!padded) {
            int count = Math.min(counts[0], remaining);
            return new Block(first, count, count);
        }
        int largestBelow = 0;
        for (int count : counts) {
            if (count >= remaining) {
                // A quarter of padding costs less than another call.
                boolean tight = count - remaining <= count / 4 || largestBelow == 0;
                return tight
                        ? new Block(first, remaining, count)
                        : new Block(first, largestBelow, largestBelow);
            }
            largestBelow = count;
        }
        return new Block(first, largestBelow, largestBelow);
    }

    /// Work on one block.
    @FunctionalInterface
    public interface Task {
        /// Does the work of `block` and returns the results, of which the first `count` rows count.
        Tensor run(Block block);
    }

    /// Runs a task for each block on the workers, as [Workers#forEach] does, and as [#run] does.
    public void forEach(long rows, Task task) {
        List<Block> blocks = split(Math.toIntExact(rows));
        Engine.start().workers().forEach(blocks.size(), b -> run(blocks.get(b), task));
    }

    /// Runs a task for one block; in the invariant mode again for each row by itself, with zero
    /// rows behind it, if a result is not finite.
    ///
    /// oneDNN's bfloat16 product reads past the end of a row whose width is no multiple of 32 and
    /// multiplies what it finds by zero: a row in front of an undefined one becomes undefined too.
    public void run(Block block, Task task) {
        Tensor result = task.run(block);
        if (suspect(block, result)) {
            for (int row = 0; row < block.count(); row++) {
                task.run(new Block(block.first() + row, 1, alone()));
            }
        }
    }

    private boolean suspect(Block block, Tensor result) {
        return padded && block.count() > 1 && !Float.isFinite(result.detach().sum().item_float());
    }

    private int alone() {
        return Math.min(FIXED, counts[counts.length - 1]);
    }

    /// `function` of all rows of `x [n,*]`, block by block on this thread, with gradients if they
    /// are recorded.
    public Tensor map(Tensor x, UnaryOperator<Tensor> function) {
        List<Block> blocks = split(Math.toIntExact(x.size(0)));
        if (blocks.isEmpty() || (!padded && blocks.size() == 1)) {
            return function.apply(x);
        }
        try (Scope scope = Scope.open()) {
            var parts = new TensorVector();
            for (Block block : blocks) {
                Tensor part = map(x, block, function);
                if (suspect(block, part)) {
                    for (int row = 0; row < block.count(); row++) {
                        var one = new Block(block.first() + row, 1, alone());
                        parts.push_back(map(x, one, function));
                    }
                } else {
                    parts.push_back(part);
                }
            }
            return scope.keep(torch.cat(parts, 0));
        }
    }

    private static Tensor map(Tensor x, Block block, UnaryOperator<Tensor> function) {
        Tensor rows = x.narrow(0, block.first(), block.count());
        if (block.called() == block.count()) {
            return function.apply(rows);
        }
        Tensor zeros = Tensors.zeros(x.scalar_type(), block.called() - block.count(), x.size(1));
        Tensor padded = torch.cat(new TensorVector(rows, zeros), 0);
        return function.apply(padded).narrow(0, 0, block.count());
    }

    /// Compares results of one function for the same random rows in blocks of different counts.
    ///
    /// Every block starts one row later than the fixed ones do, so a row changes its position and
    /// its alignment too.
    private static final class Check {
        private final RowFunction function;
        private final Tensor weights;
        private final Tensor rows;
        private final Tensor expected;

        Check(RowFunction function, int count, int seed) {
            this.function = function;
            double deviation = 1 / Math.sqrt(function.inputWidth());
            this.weights =
                    Tensors.normal(deviation, 2L * seed, function.weightCount())
                            .to(function.type());
            this.rows =
                    Tensors.normal(1, 2L * seed + 1, count, function.inputWidth())
                            .to(function.type());
            var parts = new TensorVector();
            for (int first = 0; first < count; first += FIXED) {
                parts.push_back(function.apply(rows.narrow(0, first, FIXED), weights));
            }
            this.expected = torch.cat(parts, 0);
        }

        boolean agrees(int count) {
            int calls = count < FIXED ? FIXED / count : 1;
            for (int call = 0; call < calls; call++) {
                int first = 1 + call * count;
                Tensor actual = function.apply(rows.narrow(0, first, count), weights);
                if (!torch.equal(actual, expected.narrow(0, first, count))) {
                    return false;
                }
            }
            return true;
        }
    }
}
