// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.layer;

import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// The rates that a run of JMH measured.
record LayerRates(List<Rate> rates) {
    /// One measured rate.
    ///
    /// @param work what was computed, empty for a plain matrix product
    /// @param size shape of the layer, or rows of the matrices
    /// @param operands their type
    /// @param gigaflops 10⁹ floating-point operations per second
    /// @param error half of the 99.9 % interval, NaN for a single sample
    record Rate(String work, String size, String operands, double gigaflops, double error) {
        boolean isGemm() {
            return work.isEmpty();
        }
    }

    LayerRates {
        rates = List.copyOf(rates);
    }

    static LayerRates of(Collection<RunResult> results) {
        return new LayerRates(results.stream().map(LayerRates::rate).toList());
    }

    private static Rate rate(RunResult result) {
        var params = result.getParams();
        boolean gemm = params.getBenchmark().startsWith(GemmBenchmark.class.getName());
        String method = params.getBenchmark().replaceFirst(".*\\.", "");
        Result<?> flops = Objects.requireNonNull(result.getSecondaryResults().get("gigaflops"));
        return new Rate(
                gemm ? "" : method,
                params.getParam(gemm ? "size" : "shape"),
                params.getParam("precision").toLowerCase(Locale.ROOT),
                flops.getScore(),
                flops.getScoreError());
    }

    /// A table in Markdown: each rate beside the best matrix product with operands of its type.
    String table() {
        var table = new StringBuilder();
        table.append("| work | size | operands | GFLOP/s | ± | of the best product |\n");
        table.append("|---|---|---|---|---|---|\n");
        rates.stream()
                .sorted(Comparator.comparing(Rate::operands).thenComparing(Rate::isGemm))
                .forEach(rate -> table.append(row(rate)));
        return table.toString();
    }

    private String row(Rate rate) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %.1f | %s | %s |%n",
                rate.isGemm() ? "matrix product" : rate.work,
                rate.size,
                rate.operands,
                rate.gigaflops,
                Double.isNaN(rate.error) ? "" : String.format(Locale.ROOT, "%.1f", rate.error),
                best(rate.operands)
                        .map(most -> String.format(Locale.ROOT, "%.2f", rate.gigaflops / most))
                        .orElse(""));
    }

    private Optional<Double> best(String operands) {
        return rates.stream()
                .filter(rate -> rate.isGemm() && rate.operands.equals(operands))
                .map(Rate::gigaflops)
                .max(Comparator.naturalOrder());
    }
}
