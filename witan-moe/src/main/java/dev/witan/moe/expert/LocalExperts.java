// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.expert;

import dev.witan.engine.BatchMode;
import dev.witan.engine.Engine;
import dev.witan.engine.KernelSettings;
import dev.witan.engine.Precision;
import dev.witan.engine.RowBlocks;
import dev.witan.engine.Tensors;
import dev.witan.moe.DispatchPlan;
import dev.witan.moe.Experts;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/// Experts that compute in this process, one expert per task on single-threaded workers.
///
/// With bfloat16 operands the weights are rounded when they change, see [Parameter#operand]. Each
/// expert's gradient is summed by one task over its rows in plan order, so results depend on
/// neither the number of workers nor their timing.
///
/// **Threads** calls may overlap except with changes of the weights.
public final class LocalExperts implements Experts {
    /// Rows of a task are padded to a multiple of this in bfloat16: the library prepares a kernel
    /// per row count, and repeating counts lets it find them again.
    private static final int ROW_MULTIPLE = 32;

    private final ExpertParameters parameters;
    private final Precision precision;
    private final Tensor operands;
    private final @Nullable RowBlocks blocks;

    /// Experts over the given weights, in the default mode.
    public LocalExperts(ExpertParameters parameters, Precision precision) {
        this(parameters, KernelSettings.of(precision));
    }

    /// Experts over the given weights.
    public LocalExperts(ExpertParameters parameters, KernelSettings settings) {
        this.parameters = parameters;
        this.precision = settings.precision();
        this.blocks = blocks(parameters.kernel(), settings);
        this.operands = parameters.parameter().operand(precision);
    }

    /// Blocks of an expert's rows in the invariant mode, else null: all rows at once.
    private static @Nullable RowBlocks blocks(ExpertKernel kernel, KernelSettings settings) {
        return switch (settings.batchMode()) {
            case FAST -> null;
            case INVARIANT -> {
                var rows = new KernelRows(kernel, settings.precision().scalarType());
                yield Engine.start().rowBlocks(rows, BatchMode.INVARIANT, 1);
            }
        };
    }

    /// The weights.
    public ExpertParameters parameters() {
        return parameters;
    }

    @Override
    public int experts() {
        return parameters.experts();
    }

    @Override
    public int modelWidth() {
        return parameters.kernel().modelWidth();
    }

    @Override
    public Call apply(DispatchPlan plan, Tensor x, boolean forBackward) {
        if (plan.experts() != experts()) {
            throw new IllegalArgumentException(
                    "plan has " + plan.experts() + " experts, the layer " + experts());
        }
        if (x.dim() != 2 || x.size(0) != plan.tokens() || x.size(1) != modelWidth()) {
            throw new IllegalArgumentException(
                    "x must have shape [" + plan.tokens() + ", " + modelWidth() + "]");
        }
        var call = new LocalCall(plan, x);
        call.forward();
        return call;
    }

    /// How the rows of one expert are divided into kernel calls.
    private List<RowBlocks.Block> blocksOf(int rows) {
        if (blocks != null) {
            return blocks.split(rows);
        }
        int called =
                precision == Precision.FLOAT32
                        ? rows
                        : Math.ceilDiv(rows, ROW_MULTIPLE) * ROW_MULTIPLE;
        return List.of(new RowBlocks.Block(0, rows, called));
    }

    private final class LocalCall implements Call {
        private final ExpertKernel kernel = parameters.kernel();
        private final ScalarType type = precision.scalarType();
        private final DispatchPlan plan;
        private final Tensor tokens;
        private final Tensor tokenIndex;
        private final Tensor saved;
        private final Tensor rows;
        private final List<Task> tasks;

        LocalCall(DispatchPlan plan, Tensor x) {
            this.plan = plan;
            this.tokens = x.to(type);
            this.tokenIndex = plan.tokenIndex();
            this.rows = Tensors.empty(type, plan.rows(), modelWidth());
            List<Task> all = new ArrayList<>();
            int savedRows = 0;
            for (int e = 0; e < plan.experts(); e++) {
                if (plan.rowsOf(e) > 0) {
                    var task = new Task(e, savedRows);
                    all.add(task);
                    savedRows += task.savedRows();
                }
            }
            this.saved = Tensors.empty(type, savedRows, kernel.savedWidth());
            // Longest task first: the workers then end together.
            all.sort(Comparator.comparingInt(task -> -plan.rowsOf(task.expert)));
            this.tasks = List.copyOf(all);
        }

        void forward() {
            forEachPart(part -> {
                if (blocks == null) {
                    forward(part, part.saved());
                } else {
                    blocks.run(part.block, block -> forward(part, block));
                }
            });
        }

        /// The part itself, or, after a result that was not finite, one of its rows alone: its
        /// saved values then stay those of the part, which is all that backward reads.
        private Tensor forward(Part part, RowBlocks.Block block) {
            return block.equals(part.block)
                    ? forward(part, part.saved())
                    : forward(
                            new Part(part.expert, block, 0),
                            Tensors.empty(type, block.called(), kernel.savedWidth()));
        }

        private Tensor forward(Part part, Tensor partSaved) {
            Tensor y = part.target(rows);
            kernel.forward(part.weights(), part.inputs(), partSaved, y);
            part.store(y, rows);
            return y;
        }

        @Override
        public Tensor rows() {
            return rows;
        }

        @Override
        public List<Tensor> saved() {
            return List.of(tokens, tokenIndex, saved);
        }

        @Override
        public Tensor backward(Tensor gradRows) {
            Tensor gradients = parameters.parameter().gradient();
            Tensor gradOut = gradRows.to(type);
            Tensor gradX = Tensors.empty(type, plan.rows(), modelWidth());
            forEachPart(part -> {
                Tensor partGradX = part.target(gradX);
                kernel.backward(
                        part.weights(),
                        part.inputs(),
                        part.saved(),
                        part.pad(gradOut.narrow(0, part.first, part.count)),
                        partGradX,
                        gradients.select(0, part.expert));
                part.store(partGradX, gradX);
            });
            return gradX;
        }

        /// One task per expert, which takes its parts in order.
        private void forEachPart(Consumer<Part> body) {
            Engine.start().workers().forEach(tasks.size(), i -> tasks.get(i).parts.forEach(body));
        }

        private final class Task {
            final int expert;
            final List<Part> parts;

            Task(int expert, int firstSaved) {
                this.expert = expert;
                List<Part> all = new ArrayList<>();
                int saved = firstSaved;
                for (RowBlocks.Block block : blocksOf(plan.rowsOf(expert))) {
                    all.add(new Part(expert, block, saved));
                    saved += block.called();
                }
                this.parts = List.copyOf(all);
            }

            int savedRows() {
                return parts.stream().mapToInt(part -> part.block.called()).sum();
            }
        }

        /// Some rows of one expert, with zero rows behind them where the block asks for it.
        private final class Part {
            final int expert;
            final RowBlocks.Block block;
            final int first;
            final int count;
            final int firstSaved;

            Part(int expert, RowBlocks.Block block, int firstSaved) {
                this.expert = expert;
                this.block = block;
                this.first = plan.firstRow(expert) + block.first();
                this.count = block.count();
                this.firstSaved = firstSaved;
            }

            Tensor weights() {
                return operands.select(0, expert);
            }

            Tensor inputs() {
                Tensor all = Tensors.empty(type, block.called(), modelWidth());
                torch.index_select_out(
                        all.narrow(0, 0, count), tokens, 0, tokenIndex.narrow(0, first, count));
                return zeroed(all);
            }

            Tensor saved() {
                return saved.narrow(0, firstSaved, block.called());
            }

            /// Where a kernel writes: the rows of `all` themselves, or scratch if they are padded.
            Tensor target(Tensor all) {
                return block.called() == count
                        ? all.narrow(0, first, count)
                        : Tensors.empty(type, block.called(), all.size(1));
            }

            /// Copies scratch of [#target] to the rows of `all`.
            void store(Tensor scratch, Tensor all) {
                if (block.called() != count) {
                    all.narrow(0, first, count).copy_(scratch.narrow(0, 0, count));
                }
            }

            Tensor pad(Tensor part) {
                if (block.called() == count) {
                    return part;
                }
                Tensor all = Tensors.empty(type, block.called(), part.size(1));
                all.narrow(0, 0, count).copy_(part);
                return zeroed(all);
            }

            /// `all` with zeros behind the rows that count.
            private Tensor zeroed(Tensor all) {
                if (block.called() != count) {
                    all.narrow(0, count, block.called() - count).zero_();
                }
                return all;
            }
        }
    }
}
