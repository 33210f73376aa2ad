// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.expert;

import dev.witan.engine.Engine;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.DispatchPlan;
import dev.witan.moe.Experts;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

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

    /// Experts over the given weights.
    public LocalExperts(ExpertParameters parameters, Precision precision) {
        this.parameters = parameters;
        this.precision = precision;
        Tensor masters = parameters.parameter().value();
        this.operands =
                precision == Precision.FLOAT32
                        ? masters
                        : Scope.release(masters.to(precision.scalarType()));
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

    private int padded(int rows) {
        return precision == Precision.FLOAT32
                ? rows
                : Math.ceilDiv(rows, ROW_MULTIPLE) * ROW_MULTIPLE;
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
            int firstSaved = 0;
            for (int e = 0; e < plan.experts(); e++) {
                if (plan.rowsOf(e) > 0) {
                    var task = new Task(e, firstSaved);
                    all.add(task);
                    firstSaved += task.padded;
                }
            }
            this.saved = Tensors.empty(type, firstSaved, kernel.savedWidth());
            // Longest task first: the workers then end together.
            all.sort(Comparator.comparingInt(task -> -task.count));
            this.tasks = List.copyOf(all);
        }

        void forward() {
            forEachTask(task -> {
                Tensor y = task.target(rows);
                kernel.forward(task.weights(), task.inputs(), task.saved(), y);
                task.store(y, rows);
            });
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
            forEachTask(task -> {
                Tensor taskGradX = task.target(gradX);
                kernel.backward(
                        task.weights(),
                        task.inputs(),
                        task.saved(),
                        task.pad(gradOut.narrow(0, task.first, task.count)),
                        taskGradX,
                        gradients.select(0, task.expert));
                task.store(taskGradX, gradX);
            });
            return gradX;
        }

        private void forEachTask(Consumer<Task> body) {
            Engine.start().workers().forEach(tasks.size(), i -> body.accept(tasks.get(i)));
        }

        /// The rows of one expert, with zero rows behind them where the type asks for it.
        private final class Task {
            final int expert;
            final int first;
            final int count;
            final int padded;
            final int firstSaved;

            Task(int expert, int firstSaved) {
                this.expert = expert;
                this.first = plan.firstRow(expert);
                this.count = plan.rowsOf(expert);
                this.padded = padded(count);
                this.firstSaved = firstSaved;
            }

            Tensor weights() {
                return operands.select(0, expert);
            }

            Tensor inputs() {
                return pad(tokens.index_select(0, tokenIndex.narrow(0, first, count)));
            }

            Tensor saved() {
                return saved.narrow(0, firstSaved, padded);
            }

            /// Where a kernel writes: the rows of `all` themselves, or scratch if they are padded.
            Tensor target(Tensor all) {
                return padded == count
                        ? all.narrow(0, first, count)
                        : Tensors.empty(type, padded, all.size(1));
            }

            /// Copies scratch of [#target] to the rows of `all`.
            void store(Tensor scratch, Tensor all) {
                if (padded != count) {
                    all.narrow(0, first, count).copy_(scratch.narrow(0, 0, count));
                }
            }

            Tensor pad(Tensor part) {
                if (padded == count) {
                    return part;
                }
                Tensor all = Tensors.empty(type, padded, part.size(1));
                all.narrow(0, 0, count).copy_(part);
                all.narrow(0, count, padded - count).zero_();
                return all;
            }
        }
    }
}
