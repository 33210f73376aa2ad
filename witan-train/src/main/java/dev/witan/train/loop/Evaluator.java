// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.model.DecoderModel;
import dev.witan.moe.Pass;
import dev.witan.moe.Routing;
import dev.witan.train.data.DataException;
import dev.witan.train.data.DomainData;
import dev.witan.train.data.EvaluationBatch;
import dev.witan.train.data.EvaluationWindows;
import dev.witan.train.report.ExpertLoad;

import org.bytedeco.pytorch.NoGradGuard;

import java.util.ArrayList;
import java.util.List;

/// Measures a model on texts, in windows that overlap by half: every token is predicted once, and
/// beyond the first window from at least half a window before it.
///
/// @param rows windows per pass
/// @param windowsMax most windows per text, spread evenly over it; 0 for all
public record Evaluator(int rows, int windowsMax) {
    /// Checks the counts.
    public Evaluator {
        TrainConfig.atLeast("rows", rows, 1);
        TrainConfig.atLeast("windowsMax", windowsMax, 0);
    }

    /// The loss on all texts together.
    ///
    /// **Errors** as [#evaluate(DecoderModel, DomainData)].
    public Evaluation evaluate(DecoderModel model, List<DomainData> texts) throws DataException {
        Evaluation sum = evaluate(model, texts.getFirst());
        for (DomainData text : texts.subList(1, texts.size())) {
            sum = sum.plus(evaluate(model, text));
        }
        return sum;
    }

    /// The loss on one text.
    ///
    /// **Errors** [DataException] if it has fewer than two tokens.
    public Evaluation evaluate(DecoderModel model, DomainData data) throws DataException {
        long length = data.tokens().length();
        if (length < 2) {
            throw new DataException(
                    data.domain().file() + ": one token is too few, nothing can be predicted");
        }
        var windows = EvaluationWindows.halfOverlapping(length, model.config().context());
        var sum = new Sum(model);
        long groups = Math.ceilDiv(windows.count(), (long) rows);
        long wanted = windowsMax == 0 ? groups : Math.ceilDiv((long) windowsMax, (long) rows);
        long taken = Math.min(groups, wanted);
        for (long i = 0; i < taken; i++) {
            sum.add(windows.batch(data.tokens(), i * groups / taken * rows, rows));
        }
        double bytesPerToken = data.text().length() / (double) length;
        return new Evaluation(sum.tokens, sum.tokens * bytesPerToken, sum.nats, sum.loads());
    }

    private static final class Sum {
        private final DecoderModel model;
        private final List<Cell> cells = new ArrayList<>();
        private long tokens;
        private double nats;

        private record Cell(int layer, int iteration, long[] tokensPerExpert) {}

        Sum(DecoderModel model) {
            this.model = model;
        }

        void add(EvaluationBatch batch) {
            int[] inputs = TokenRows.inputs(batch.tokens(), batch.rows());
            int[] targets = TokenRows.targets(batch.tokens(), batch.rows());
            var noGradient = new NoGradGuard();
            try (Scope scope = Scope.open();
                    var tape = new ExplicitGradient()) {
                var pass = new Pass(false, 0, batch.rows(), inputs, tape);
                DecoderModel.LossOutput output =
                        model.loss(
                                Tensors.of(inputs, inputs.length),
                                Tensors.of(targets, targets.length),
                                pass);
                count(batch, Tensors.toFloats(output.perToken()));
                List<List<Routing>> routings = output.routing().routings();
                for (int l = 0, cell = 0; l < routings.size(); l++) {
                    for (int t = 0; t < routings.get(l).size(); t++, cell++) {
                        Routing routing = routings.get(l).get(t);
                        if (cell == cells.size()) {
                            cells.add(new Cell(l, t, new long[routing.experts()]));
                        }
                        count(batch, routing, cells.get(cell).tokensPerExpert);
                    }
                }
            } finally {
                noGradient.close();
            }
        }

        private void count(EvaluationBatch batch, float[] perToken) {
            int width = batch.sequenceLength();
            for (int row = 0; row < batch.rows(); row++) {
                for (int t = batch.countedFrom()[row]; t < batch.countedTo()[row]; t++) {
                    nats += perToken[row * width + t];
                    tokens++;
                }
            }
        }

        private static void count(EvaluationBatch batch, Routing routing, long[] load) {
            int width = batch.sequenceLength();
            for (int row = 0; row < batch.rows(); row++) {
                for (int t = batch.countedFrom()[row]; t < batch.countedTo()[row]; t++) {
                    for (int k = 0; k < routing.topK(); k++) {
                        int id = routing.expertId(row * width + t, k);
                        if (id != Routing.EMPTY) {
                            load[id]++;
                        }
                    }
                }
            }
        }

        List<ExpertLoad> loads() {
            return cells.stream()
                    .map(cell -> ExpertLoad.of(cell.layer, cell.iteration, cell.tokensPerExpert))
                    .toList();
        }
    }
}
