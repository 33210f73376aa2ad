// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A comparison as Markdown.
final class SpeedTable {
    private static final double MEBIBYTE = 1 << 20;

    private SpeedTable() {}

    static String markdown(Comparison comparison) {
        return Stream.of(
                        speeds(comparison.speeds()),
                        ratios(comparison.ratios()),
                        losses(comparison.losses()))
                .filter(table -> !table.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    private static String speeds(List<Comparison.Speed> speeds) {
        return table(
                "| system, experts, kernels | runs | tokens/s, median | min – max | peak memory,"
                        + " MiB |",
                speeds.stream()
                        .map(row ->
                                String.format(
                                        Locale.ROOT,
                                        "| %s | %d | %.0f | %.0f – %.0f | %.0f |",
                                        row.system(),
                                        row.tokensPerSecond().count(),
                                        row.tokensPerSecond().median(),
                                        row.tokensPerSecond().min(),
                                        row.tokensPerSecond().max(),
                                        row.peakRssBytes() / MEBIBYTE)));
    }

    private static String ratios(List<Comparison.Ratio> ratios) {
        return table(
                "| Witan | peer | speed, ratio of medians | per round, min – max | at least |"
                        + " memory, ratio (at most 1) | met |",
                ratios.stream()
                        .map(row ->
                                String.format(
                                        Locale.ROOT,
                                        "| %s | %s | %.2f | %.2f – %.2f | %.1f | %.2f | %s |",
                                        row.witan(),
                                        row.peer(),
                                        row.ofMedians(),
                                        row.perRound().min(),
                                        row.perRound().max(),
                                        row.target(),
                                        row.memory(),
                                        yesNo(row.met()))));
    }

    private static String losses(List<Comparison.LossDifference> losses) {
        return table(
                "| same weights and batches | against | steps | max difference of the loss | at"
                        + " step | at most | met |",
                losses.stream()
                        .map(row ->
                                String.format(
                                        Locale.ROOT,
                                        "| %s | %s | %d | %.6f | %d | %s | %s |",
                                        row.left(),
                                        row.right(),
                                        row.steps(),
                                        row.largest(),
                                        row.step(),
                                        limit(row.limit()),
                                        row.limit().isEmpty() ? "–" : yesNo(row.met()))));
    }

    private static String table(String heading, Stream<String> rows) {
        List<String> lines = rows.toList();
        if (lines.isEmpty()) {
            return "";
        }
        String rule = heading.replaceAll("[^|]+", "---");
        return heading + "\n" + rule + "\n" + String.join("\n", lines) + "\n";
    }

    private static String limit(OptionalDouble limit) {
        return limit.isEmpty() ? "–" : String.format(Locale.ROOT, "%.2f", limit.getAsDouble());
    }

    private static String yesNo(boolean met) {
        return met ? "yes" : "no";
    }
}
