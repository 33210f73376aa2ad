// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Projection;
import dev.witan.engine.RowBlocks;
import dev.witan.engine.RowFunction;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.engine.Workers;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.List;

/// From hidden states to logits, and from there to the cross-entropy loss without ever holding all
/// logits: a block of rows goes through product, log-sum-exp and gradient while it is in cache.
///
/// @param projection the output matrix `[V,D]`
/// @param lossBlocks rows whose loss is computed at once
record OutputHead(Projection projection, RowBlocks lossBlocks) {
    /// Elements of logits per task.
    private static final int BLOCK_SIZE = 1 << 18;

    private static final int OUTPUTS = 512;

    OutputHead(Projection projection) {
        this(projection, lossBlocks(projection));
    }

    private static RowBlocks lossBlocks(Projection projection) {
        int rows = rowsAtOnce(projection.weight().value().size(0));
        var logits =
                RowFunction.Linear.of(
                        projection.weight().value(), projection.precision().scalarType());
        return Engine.start()
                .rowBlocks(new LossRows(logits), projection.settings().batchMode(), rows)
                .atMost(rows);
    }

    private static int rowsAtOnce(long vocabulary) {
        return Math.toIntExact(Math.max(1, BLOCK_SIZE / vocabulary));
    }

    /// What the loss takes from a row: its log-sum-exp and one of its logits.
    private record LossRows(RowFunction logits) implements RowFunction {
        @Override
        public ScalarType type() {
            return logits.type();
        }

        @Override
        public int inputWidth() {
            return logits.inputWidth();
        }

        @Override
        public long weightCount() {
            return logits.weightCount();
        }

        @Override
        public Tensor apply(Tensor rows, Tensor weights) {
            Tensor values = logits.apply(rows, weights).to(ScalarType.Float);
            return values.sub(logSumExp(values));
        }
    }

    private static Tensor logSumExp(Tensor logits) {
        return torch.logsumexp(logits, new long[] {1}, true);
    }

    /// Cross-entropy in nats.
    ///
    /// @param mean over all tokens, a scalar of the autograd graph
    /// @param perToken `[T]`, outside the graph
    record Loss(Tensor mean, Tensor perToken) {}

    /// Logits `[T,V]` of `hidden [T,D]`.
    Tensor logits(Tensor hidden, ExplicitGradient tape) {
        return projection.forward(hidden, tape);
    }

    /// The loss of predicting `targets [T]` int64 from `hidden [T,D]`.
    Loss loss(Tensor hidden, Tensor targets, ExplicitGradient tape) {
        try (Scope scope = Scope.open()) {
            ScalarType type = projection.precision().scalarType();
            Tensor operand = projection.weight().operand(projection.precision());
            Tensor input = hidden.detach().to(type).contiguous();
            long tokens = input.size(0);
            boolean record = GradMode.is_enabled();
            Tensor perToken = Tensors.empty(ScalarType.Float, tokens);
            Tensor gradLogits =
                    Tensors.empty(type, record ? tokens : 0, record ? operand.size(0) : 0);
            lossBlocks.forEach(
                    tokens,
                    block -> {
                        Tensor product = torch.mm(block.read(input), operand.t());
                        Tensor all = product.to(ScalarType.Float);
                        Tensor lse = logSumExp(all).narrow(0, 0, block.count());
                        Tensor logits = all.narrow(0, 0, block.count());
                        Tensor target =
                                targets.narrow(0, block.first(), block.count()).unsqueeze(1);
                        perToken.narrow(0, block.first(), block.count())
                                .copy_(lse.sub(logits.gather(1, target)).squeeze(1));
                        if (record) {
                            logits.sub_(lse).exp_();
                            Tensor one =
                                    Tensors.zeros(ScalarType.Float, block.count(), 1)
                                            .sub_(new Scalar(1.0));
                            logits.scatter_add_(1, target, one);
                            logits.div_(new Scalar((double) tokens));
                            gradLogits.narrow(0, block.first(), block.count()).copy_(logits);
                        }
                        return lse;
                    });
            Tensor mean = perToken.mean();
            if (record) {
                tape.join(
                        mean,
                        List.of(hidden),
                        List.of(input, gradLogits),
                        gradMean -> List.of(backward(input, operand, gradLogits, gradMean)));
            }
            return new Loss(scope.keep(mean), scope.keep(perToken));
        }
    }

    private Tensor backward(Tensor input, Tensor operand, Tensor gradLogits, Tensor gradMean) {
        try (Scope scope = Scope.open()) {
            var factor = new Scalar(gradMean.item_float());
            Tensor gradHidden = Tensors.empty(ScalarType.Float, input.size(0), input.size(1));
            workers()
                    .forEachBlock(
                            input.size(0),
                            OUTPUTS,
                            (first, count) -> {
                                Tensor part = torch.mm(gradLogits.narrow(0, first, count), operand);
                                gradHidden.narrow(0, first, count).copy_(part).mul_(factor);
                            });
            if (projection.weight().trainable()) {
                addWeightGradient(input, gradLogits, factor);
            }
            return scope.keep(gradHidden);
        }
    }

    private void addWeightGradient(Tensor input, Tensor gradLogits, Scalar factor) {
        workers()
                .forEachBlock(
                        gradLogits.size(1),
                        OUTPUTS,
                        (first, count) -> {
                            Tensor part = torch.mm(gradLogits.narrow(1, first, count).t(), input);
                            projection
                                    .weight()
                                    .gradient()
                                    .narrow(0, first, count)
                                    .add_(part, factor);
                        });
    }

    private static Workers workers() {
        return Engine.start().workers();
    }
}
