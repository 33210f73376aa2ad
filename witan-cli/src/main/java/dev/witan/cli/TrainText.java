// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import dev.witan.train.data.DomainData;
import dev.witan.train.loop.Evaluation;
import dev.witan.train.report.Ablation;
import dev.witan.train.report.ExpertLoad;
import dev.witan.train.session.TrainingSession;
import dev.witan.train.session.TrainingSummary;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What `witan train` and `witan eval` say to people.
final class TrainText {
    private TrainText() {}

    static List<String> begin(TrainingSession session) {
        var lines = new ArrayList<String>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "training on %s (%,d tokens), %,d steps of %,d tokens, into %s",
                        String.join(", ", session.data().names()),
                        session.data().tokens(),
                        session.config().steps(),
                        session.config().tokensPerStep(),
                        session.folder()));
        lines.add(
                session.heldOut()
                        ? "no --valid given: the last 5 % of each file is held out as validation"
                        : "validation on " + names(session.validation()));
        if (session.progress().step() > 0) {
            lines.add("resuming after step " + session.progress().step());
        }
        return lines;
    }

    private static String names(List<DomainData> texts) {
        return String.join(", ", texts.stream().map(text -> text.domain().name()).toList());
    }

    static List<String> summary(TrainingSession session, TrainingSummary summary) {
        var lines = new ArrayList<>(evaluation(summary.validation()));
        if (summary.domains().size() > 1) {
            summary.domains()
                    .forEach((name, part) ->
                            lines.add(
                                    String.format(
                                            Locale.ROOT,
                                            "  %-20s %.4f nats/byte",
                                            name,
                                            part.natsPerByte())));
        }
        lines.add(
                String.format(
                        Locale.ROOT,
                        "baseline    %.4f nats/byte (byte counts of order %d, fitted on the"
                                + " training text): the model is %.4f %s",
                        summary.baseline(),
                        summary.baselineOrder(),
                        Math.abs(summary.baseline() - summary.validation().natsPerByte()),
                        summary.validation().natsPerByte() < summary.baseline()
                                ? "better"
                                : "worse"));
        if (summary.ablations().size() > 1) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "ablations   on %,d validation tokens",
                            summary.ablationTokens()));
            double intact = summary.ablations().getFirst().loss();
            for (Ablation ablation : summary.ablations()) {
                lines.add(
                        String.format(
                                Locale.ROOT,
                                "  %-28s %.4f  %+.4f",
                                ablation.name(),
                                ablation.loss(),
                                ablation.loss() - intact));
            }
        }
        lines.add(
                String.format(
                        Locale.ROOT,
                        "run         %,d steps (%d skipped), %,d tokens, %.1f CPU-minutes in this"
                                + " process",
                        summary.progress().step(),
                        summary.progress().skippedSteps(),
                        summary.progress().tokens(),
                        summary.cpuTime().toMillis() / 60_000.0));
        return lines;
    }

    /// A measurement, and the load of the experts under it.
    static List<String> evaluation(Evaluation result) {
        var lines = new ArrayList<String>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "validation  %.4f nats/byte, %.4f nats/token over %,d tokens",
                        result.natsPerByte(),
                        result.natsPerToken(),
                        result.tokens()));
        if (!result.loads().isEmpty()) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "experts     max/mean load at most %.2f, %d dead",
                            result.maxOverMean(),
                            result.deadExperts()));
            for (ExpertLoad load : result.loads()) {
                lines.add(
                        String.format(
                                Locale.ROOT,
                                "  layer %d iteration %d   max/mean %.2f  dead %d",
                                load.layer(),
                                load.iteration(),
                                load.maxOverMean(),
                                load.deadExperts()));
            }
        }
        return lines;
    }
}
