// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.expert;

import dev.witan.engine.BatchMode;
import dev.witan.engine.Engine;
import dev.witan.engine.KernelSettings;
import dev.witan.engine.Precision;
import dev.witan.engine.RowBlocks;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.DispatchPlan;
import dev.witan.moe.Experts;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Experts that compute in this process, one expert per task on single-threaded workers.
///
/// With bfloat16 operands the weights are rounded from the float32 masters once per step, see
/// [#refresh]. Each expert's gradient is summed by one task over its rows in plan order, so results
/// depend on neither the number of workers nor their timing.
///
/// **Threads** calls may overlap except with [#refresh] and optimiser steps.
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
        Tensor masters = parameters.parameter().value();
        this.operands =
                precision == Precision.FLOAT32
                        ? masters
                        : Scope.release(masters.to(precision.scalarType()));
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

    /// Rounds the operands from the masters anew; to be called when weights have changed.
    public void refresh() {
        if (precision != Precision.FLOAT32) {
            operands.copy_(parameters.parameter().value());
        }
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

    private final class LocalCall implements Call {
        private final ExpertKernel kernel = parameters.kernel();
        private final DispatchPlan plan;
        private final Tensor tokens;
        private final Tensor tokenIndex;
        private final Tensor saved;
        private final Tensor rows;
        private final int[] order;

        LocalCall(DispatchPlan plan, Tensor x) {
            this.plan = plan;
            this.tokens = x.to(precision.scalarType());
            this.tokenIndex = plan.tokenIndex();
            this.saved = Tensors.empty(precision.scalarType(), plan.rows(), kernel.savedWidth());
            this.rows = Tensors.empty(precision.scalarType(), plan.rows(), modelWidth());
            // Longest task first: the workers then end together.
            this.order =
                    IntStream.range(0, plan.experts())
                            .filter(e -> plan.rowsOf(e) > 0)
                            .boxed()
                            .sorted(Comparator.comparingInt(e -> -plan.rowsOf(e)))
                            .mapToInt(Integer::intValue)
                            .toArray();
        }

        void forward() {
            forEachExpert(task -> {
                if (blocks == null) {
                    forward(task);
                } else {
                    for (RowBlocks.Block block : blocks.split(task.count)) {
                        blocks.run(block, part -> forward(new Task(task, part)));
                    }
                }
            });
        }

        private Tensor forward(Task task) {
            Tensor x = task.gather(tokens);
            Tensor taskSaved = task.rowsOf(saved);
            Tensor y = task.rowsOf(rows);
            kernel.forward(operands.select(0, task.expert), x, taskSaved, y);
            task.unpad(saved, taskSaved);
            task.unpad(rows, y);
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
            Tensor gradOut = gradRows.to(precision.scalarType());
            Tensor gradX = Tensors.empty(precision.scalarType(), plan.rows(), modelWidth());
            forEachExpert(task -> {
                Tensor taskGradX = task.rowsOf(gradX);
                kernel.backward(
                        operands.select(0, task.expert),
                        task.gather(tokens),
                        task.pad(saved),
                        task.pad(gradOut),
                        taskGradX,
                        gradients.select(0, task.expert));
                task.unpad(gradX, taskGradX);
            });
            return gradX;
        }

        private void forEachExpert(java.util.function.Consumer<Task> body) {
            Engine.start().workers().forEach(order.length, i -> body.accept(new Task(order[i])));
        }

        /// The rows of one expert, padded with zero rows where the type asks for it.
        private final class Task {
            final int expert;
            final int first;
            final int count;
            final int padded;

            Task(int expert) {
                this.expert = expert;
                this.first = plan.firstRow(expert);
                this.count = plan.rowsOf(expert);
                this.padded =
                        precision == Precision.FLOAT32
                                ? count
                                : (count + ROW_MULTIPLE - 1) / ROW_MULTIPLE * ROW_MULTIPLE;
            }

            /// Some of the rows of an expert, with as many zero rows behind them as the block asks.
            Task(Task whole, RowBlocks.Block block) {
                this.expert = whole.expert;
                this.first = whole.first + block.first();
                this.count = block.count();
                this.padded = block.called();
            }

            Tensor gather(Tensor source) {
                return padRows(source.index_select(0, tokenIndex.narrow(0, first, count)));
            }

            /// Where results go: the rows themselves, or scratch if rows are padded.
            Tensor rowsOf(Tensor all) {
                return padded == count
                        ? all.narrow(0, first, count)
                        : Tensors.empty(all.scalar_type(), padded, all.size(1));
            }

            Tensor pad(Tensor all) {
                return padRows(all.narrow(0, first, count));
            }

            void unpad(Tensor all, Tensor scratch) {
                if (padded != count) {
                    all.narrow(0, first, count).copy_(scratch.narrow(0, 0, count));
                }
            }

            private Tensor padRows(Tensor part) {
                if (padded == count) {
                    return part;
                }
                Tensor all = Tensors.empty(part.scalar_type(), padded, part.size(1));
                all.narrow(0, 0, count).copy_(part);
                all.narrow(0, count, padded - count).zero_();
                return all;
            }
        }
    }
}
