// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.engine.KernelSettings;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.DispatchPlan;
import dev.witan.moe.Experts;
import dev.witan.moe.Routing;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.swarm.protocol.ExpertRows;
import dev.witan.swarm.protocol.Rows;
import dev.witan.swarm.tensor.TensorRows;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// One layer's hosted experts, computed by [LocalExperts]: a row gets the same bits here as in the
/// process that asks.
///
/// Each accumulator is a view of the layer with the same weights and gradients of its own, so that
/// trainers share everything but their gradients.
public final class TorchArithmetic implements ExpertArithmetic {
    private final ExpertParameters parameters;
    private final KernelSettings settings;
    private final ExpertOptimizer optimizer;
    private final Tensor mean;
    private final Tensor square;
    private final List<View> views = new ArrayList<>();
    private final Deque<View> free = new ArrayDeque<>();
    private final View first;

    /// The experts with these weights, which belong to this object from now on.
    public TorchArithmetic(
            ExpertParameters parameters, KernelSettings settings, ExpertOptimizer optimizer) {
        this.parameters = parameters;
        this.settings = settings;
        this.optimizer = optimizer;
        this.mean = Scope.release(Tensors.zerosLike(parameters.parameter().value()));
        this.square = Scope.release(Tensors.zerosLike(parameters.parameter().value()));
        this.first = new View(parameters);
        free.add(first);
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
    public long parametersPerExpert() {
        return parameters.kernel().size();
    }

    @Override
    public Accumulator accumulator() {
        View view = free.poll();
        return view != null
                ? view
                : new View(
                        new ExpertParameters(
                                parameters.parameter().name(),
                                parameters.kernel(),
                                parameters.parameter().value()));
    }

    @Override
    public Pass forward(@Nullable Accumulator into, List<ExpertRows> experts, Rows tokens) {
        View view = into == null ? first : (View) into;
        DispatchPlan plan = plan(experts, tokens.count(), experts());
        return new TorchPass(view, plan, tokens);
    }

    /// The plan whose rows are those of the request, in its order.
    static DispatchPlan plan(List<ExpertRows> rows, int tokens, int experts) {
        int[] slots = new int[tokens];
        rows.forEach(part -> Arrays.stream(part.tokens()).forEach(token -> slots[token]++));
        int topK = Math.max(1, Arrays.stream(slots).max().orElse(1));
        int[] expertIds = new int[Math.multiplyExact(tokens, topK)];
        Arrays.fill(expertIds, Routing.EMPTY);
        int[] next = new int[tokens];
        for (ExpertRows part : rows) {
            for (int token : part.tokens()) {
                expertIds[token * topK + next[token]++] = part.expert();
            }
        }
        return DispatchPlan.of(expertIds, tokens, topK, experts);
    }

    @Override
    public void step(Accumulator gradients, AdamWUpdate update) {
        View view = (View) gradients;
        optimizer.step(
                new ExpertOptimizer.State(
                        parameters.parameter().value(), view.gradient(), mean, square),
                update);
        views.forEach(each -> each.experts.parameters().parameter().refresh());
    }

    /// The layer as one trainer sees it.
    private final class View implements Accumulator {
        final LocalExperts experts;

        View(ExpertParameters own) {
            this.experts = new LocalExperts(own, settings);
            views.add(this);
        }

        Tensor gradient() {
            return experts.parameters().parameter().gradient();
        }

        @Override
        public double sumOfSquares(int slot) {
            try (Scope scope = Scope.open()) {
                return optimizer.sumOfSquares(gradient().select(0, slot));
            }
        }

        @Override
        public void clear() {
            gradient().zero_();
        }

        @Override
        public long size() {
            return gradient().numel() * Float.BYTES;
        }

        /// Another trainer may use it.
        @Override
        public void close() {
            clear();
            free.add(this);
        }
    }

    private static final class TorchPass implements Pass {
        private final Experts.Call call;
        private final List<Tensor> held;
        private final Rows answers;
        private final long size;

        TorchPass(View view, DispatchPlan plan, Rows tokens) {
            try (Scope scope = Scope.open();
                    var noGradient = new NoGradGuard()) {
                this.call = view.experts.apply(plan, TensorRows.tensor(tokens), true);
                this.answers = TensorRows.rows(call.rows());
                this.held = call.saved();
                held.forEach(Tensor::retainReference);
            }
            this.size = held.stream().mapToLong(t -> t.numel() * t.element_size()).sum();
        }

        @Override
        public Rows answers() {
            return answers;
        }

        @Override
        public Rows backward(Rows gradient) {
            try (Scope scope = Scope.open();
                    var noGradient = new NoGradGuard()) {
                return TensorRows.rows(call.backward(TensorRows.tensor(gradient)));
            }
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void close() {
            held.forEach(Tensor::releaseReference);
        }
    }
}
