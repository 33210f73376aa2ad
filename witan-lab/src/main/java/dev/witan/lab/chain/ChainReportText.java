// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import dev.witan.lab.statistics.PairedDifference;
import dev.witan.lab.text.PlainText;
import dev.witan.lab.text.TextTable;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/// The chain report as plain text.
final class ChainReportText {
    private static final String NONE = "-";

    private final ChainReport report;
    private final PlainText out = new PlainText();

    private ChainReportText(ChainReport report) {
        this.report = report;
    }

    static String of(ChainReport report) {
        var text = new ChainReportText(report);
        text.head();
        text.losses();
        text.comparisons();
        text.sizes();
        text.routing();
        text.combinations();
        text.published();
        text.out.heading("Remarks");
        report.remarks().forEach(remark -> text.out.paragraph("- ", remark));
        return text.out.toString();
    }

    private void head() {
        ChainBudget budget = report.settings();
        ChainShape shape = budget.shape();
        out.append("Chain experiment: Chain-of-Experts against mixtures of experts\n");
        out.append("Wang et al. 2025, repeated at a small scale, budget " + budget.name() + "\n\n");
        out.paragraph(
                "",
                String.format(
                        Locale.ROOT,
                        "Hidden %d, %d heads, rows of %d bytes, %d rows a step, %d steps (%,d"
                                + " tokens) a run, AdamW %s; seeds %s, the same initial weights and"
                                + " batches for every system.",
                        shape.hidden(),
                        shape.heads(),
                        shape.context(),
                        budget.batchSize(),
                        budget.steps(),
                        budget.steps() * budget.tokensPerStep(),
                        budget.learningRate(),
                        budget.seeds()));
        out.paragraph("", "Text: " + report.data() + ".");
        out.paragraph(
                "",
                "(K/E): K routed experts per token and iteration, of E, of which one is the shared"
                        + " expert that every token passes besides. CoE-C has C iterations.");
    }

    private void losses() {
        out.heading("Validation loss, nats per byte: mean and 95 % interval over seeds");
        var table = new TextTable();
        table.row(
                List.of(
                        "system",
                        "n",
                        "loss",
                        "interval",
                        "train",
                        "MFLOP/token",
                        "tok/s",
                        "paper"));
        for (SystemSummary system : report.systems()) {
            table.row(
                    List.of(
                            system.system().label(),
                            "" + system.loss().count(),
                            String.format(Locale.ROOT, "%.4f", system.loss().mean()),
                            system.halfWidth() == null
                                    ? NONE
                                    : String.format(Locale.ROOT, "± %.4f", system.halfWidth()),
                            String.format(Locale.ROOT, "%.4f", system.trainingLoss()),
                            String.format(Locale.ROOT, "%.3f", system.size().trainingFlops() / 1e6),
                            String.format(Locale.ROOT, "%.0f", system.tokensPerSecond()),
                            number("%.4f", system.published())));
        }
        out.append(table.toString());
        out.paragraph("", "paper: nats per token after 1,000 steps, one seed, raw weights.");
    }

    private void comparisons() {
        out.heading("Paired differences, first minus second: negative if the first is better");
        for (ComparisonResult result : report.comparisons()) {
            PairedDifference difference = result.difference();
            out.append(result.first() + " - " + result.second() + ": " + result.question() + "\n");
            out.paragraph(
                    "  ",
                    String.format(
                            Locale.ROOT,
                            "%+.4f %s (%+.2f %%), n = %d, sd %s, p %s, FLOPs ratio %.3f",
                            difference.mean(),
                            difference.halfWidth() == null
                                    ? "without interval"
                                    : String.format(
                                            Locale.ROOT,
                                            "[%+.4f, %+.4f]",
                                            difference.mean() - difference.halfWidth(),
                                            difference.mean() + difference.halfWidth()),
                            100 * result.relative(),
                            difference.count(),
                            number("%.4f", difference.standardDeviation()),
                            number("%.3f", difference.p()),
                            result.flopsRatio()));
            out.paragraph(
                    "  ",
                    String.format(
                            Locale.ROOT,
                            "smallest difference shown %s, detectable %s; paper %s",
                            number("%.4f", difference.halfWidth()),
                            number("%.4f", difference.detectable()),
                            result.published() == null
                                    ? NONE
                                    : number("%+.4f", result.published())
                                            + " nats per token"
                                            + (result.publishedRelative() == null
                                                    ? ""
                                                    : String.format(
                                                            Locale.ROOT,
                                                            " (%+.2f %%)",
                                                            100 * result.publishedRelative()))));
            out.paragraph("  ", result.verdict() + ".");
        }
    }

    private void sizes() {
        out.heading("Parameters and memory of weights, gradients and optimiser");
        var table = new TextTable();
        table.row(List.of("system", "all", "non-embedding", "active", "MiB", "passes"));
        for (SystemSummary system : report.systems()) {
            table.row(
                    List.of(
                            system.system().label(),
                            String.format(Locale.ROOT, "%,d", system.size().parameters()),
                            String.format(Locale.ROOT, "%,d", system.size().nonEmbedding()),
                            String.format(Locale.ROOT, "%,d", system.size().active()),
                            String.format(
                                    Locale.ROOT,
                                    "%.1f",
                                    system.size().trainingBytes() / (double) (1 << 20)),
                            "" + system.system().expertPasses()));
        }
        out.append(table.toString());
        out.paragraph("", "passes: experts a token passes in a layer, the shared one included.");
    }

    private void routing() {
        out.heading("Routing of the validation text at the end, the worst of all seeds");
        var table = new TextTable();
        table.row(List.of("system", "max/mean load", "dead experts", "overlap"));
        for (SystemSummary system : report.systems()) {
            table.row(
                    List.of(
                            system.system().label(),
                            String.format(Locale.ROOT, "%.2f", system.maxOverMean()),
                            "" + system.deadExperts(),
                            number("%.3f", system.overlap())));
        }
        out.append(table.toString());
        out.paragraph(
                "",
                "overlap: mean share of a token's experts that it had in the iteration before.");
    }

    private void combinations() {
        out.heading("Ways to route a token: CoE-2(4) against MoE(8)");
        var table = new TextTable();
        table.row(List.of("pool", "layers", "mixture", "chain", "ratio"));
        for (CombinationCount count : report.combinations()) {
            table.row(
                    List.of(
                            "" + count.pool(),
                            "" + count.layers(),
                            CombinationCount.twoDigits(count.mixture()),
                            CombinationCount.twoDigits(count.chain()),
                            String.format(
                                    Locale.ROOT,
                                    count.ratio() < 1e6 ? "%.2f" : "%.1E",
                                    count.ratio())));
        }
        out.append(table.toString());
        out.paragraph(
                "",
                String.format(
                        Locale.ROOT,
                        "Pool 64 is the paper's statement, 63 its code's, where the 64th is the"
                                + " shared expert. Published: %s for the chain, %s for the mixture."
                                + " No number of layers gives both: of 64 experts the first needs"
                                + " %.2f layers and the second %.2f, of 63 experts %.2f and %.2f.",
                        CombinationCount.PUBLISHED_CHAIN,
                        CombinationCount.PUBLISHED_MIXTURE,
                        CombinationCount.layersForPublishedChain(64),
                        CombinationCount.layersForPublishedMixture(64),
                        CombinationCount.layersForPublishedChain(63),
                        CombinationCount.layersForPublishedMixture(63)));
    }

    private void published() {
        out.heading("Published runs: nats per token, one seed each");
        var table = new TextTable();
        table.row(
                List.of("run", "step 200", "step 1000", "last 5", "2^20 params", "GB", "seconds"));
        for (PublishedRun run : report.published()) {
            table.row(
                    List.of(
                            run.label(),
                            String.format(Locale.ROOT, "%.3f", run.lossAt200()),
                            String.format(Locale.ROOT, "%.4f", run.lossAt1000()),
                            String.format(Locale.ROOT, "%.4f", run.meanOfLast5()),
                            number("%.2f", run.parameters()),
                            number("%.2f", run.memoryGb()),
                            number("%.0f", run.seconds())));
        }
        out.append(table.toString());
    }

    private static String number(String format, @Nullable Double value) {
        return value == null ? NONE : String.format(Locale.ROOT, format, value);
    }
}
