// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

import dev.witan.lab.ExperimentReport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The chain experiment's outcome.
///
/// @param settings what was trained, fixed beforehand
/// @param data what the text is
/// @param threads threads that the runs used, of the last start
/// @param systems every system over its seeds
/// @param comparisons paired differences
/// @param combinations in how many ways tokens can be routed
/// @param published the published runs
/// @param remarks what a reader must know, in sentences
/// @param runs every run
@JsonPropertyOrder({
    "settings",
    "data",
    "threads",
    "systems",
    "comparisons",
    "combinations",
    "published",
    "remarks",
    "runs"
})
public record ChainReport(
        ChainBudget settings,
        String data,
        int threads,
        List<SystemSummary> systems,
        List<ComparisonResult> comparisons,
        List<CombinationCount> combinations,
        List<PublishedRun> published,
        List<String> remarks,
        List<ChainRun> runs)
        implements ExperimentReport {
    public ChainReport {
        systems = List.copyOf(systems);
        comparisons = List.copyOf(comparisons);
        combinations = List.copyOf(combinations);
        published = List.copyOf(published);
        remarks = List.copyOf(remarks);
        runs = List.copyOf(runs);
    }

    /// The report of all runs of a budget, in its order: seeds, then systems.
    static ChainReport of(ChainBudget budget, String data, int threads, List<ChainRun> runs) {
        List<SystemSummary> systems = new ArrayList<>();
        for (ChainSystem system : budget.systems()) {
            systems.add(SystemSummary.of(system, of(system, runs)));
        }
        List<ComparisonResult> comparisons = new ArrayList<>();
        for (ChainComparison comparison : budget.comparisons()) {
            ChainSystem first = budget.system(comparison.first());
            ChainSystem second = budget.system(comparison.second());
            comparisons.add(
                    ComparisonResult.of(
                            comparison,
                            systems.get(budget.systems().indexOf(first)),
                            systems.get(budget.systems().indexOf(second)),
                            new ComparisonResult.Losses(
                                    losses(of(first, runs)), losses(of(second, runs)))));
        }
        return new ChainReport(
                budget,
                data,
                threads,
                systems,
                comparisons,
                CombinationCount.table(),
                PublishedRun.ALL,
                ChainRemarks.of(budget),
                runs);
    }

    /// The runs of a system, by seed.
    static List<ChainRun> of(ChainSystem system, List<ChainRun> runs) {
        return runs.stream().filter(run -> run.key().system().equals(system)).toList();
    }

    private static List<Double> losses(List<ChainRun> runs) {
        return runs.stream().map(ChainRun::validationLoss).toList();
    }

    @Override
    public String text() {
        return ChainReportText.of(this);
    }

    @Override
    public Map<String, String> drawings() {
        return ChainCharts.files(this);
    }

    /// Writes what every report has, and `chain.html` with all charts.
    @Override
    public void writeTo(Path folder) throws IOException {
        ExperimentReport.super.writeTo(folder);
        ChainCharts.page(this).write(folder.resolve("chain.html"));
    }
}
