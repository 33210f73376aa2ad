// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import dev.witan.lab.statistics.PairedDifference;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/// A comparison as it came out.
///
/// @param question what was asked
/// @param first label of the minuend
/// @param second label of the subtrahend
/// @param difference of the losses, seed by seed, nats per byte; negative if the first is better
/// @param relative mean difference over the mean loss of the second
/// @param flopsRatio training FLOPs of the first over those of the second
/// @param published the published difference in nats per token; null if there is none
/// @param publishedRelative the same over the published loss of the second
/// @param verdict what follows, in a sentence
public record ComparisonResult(
        String question,
        String first,
        String second,
        PairedDifference difference,
        double relative,
        double flopsRatio,
        @Nullable Double published,
        @Nullable Double publishedRelative,
        String verdict) {
    /// The outcome of a comparison.
    static ComparisonResult of(
            ChainComparison comparison, SystemSummary first, SystemSummary second, Losses losses) {
        var difference = PairedDifference.of(losses.first(), losses.second());
        Double published = comparison.published();
        Double base = PublishedRun.lossOf(second.system().name());
        return new ComparisonResult(
                comparison.question(),
                first.system().label(),
                second.system().label(),
                difference,
                difference.mean() / second.loss().mean(),
                first.size().trainingFlops() / (double) second.size().trainingFlops(),
                published,
                published == null || base == null ? null : published / base,
                verdict(first.system().label(), second.system().label(), difference, published));
    }

    /// Losses at the end, by seed.
    record Losses(List<Double> first, List<Double> second) {}

    private static String verdict(
            String first, String second, PairedDifference difference, @Nullable Double published) {
        Double halfWidth = difference.halfWidth();
        Double detectable = difference.detectable();
        if (halfWidth == null || detectable == null) {
            return "one seed: a difference without an interval, nothing is established";
        }
        String direction = difference.mean() < 0 ? " is better than " : " is worse than ";
        if (!difference.significant()) {
            return String.format(
                    Locale.ROOT,
                    "not resolved: the interval holds zero; %d pairs with this spread show"
                            + " differences from %.4f on (four times of five from %.4f on)%s",
                    difference.count(),
                    halfWidth,
                    detectable,
                    published == null ? "" : "; says nothing for or against the paper");
        }
        String against = "";
        if (published != null) {
            boolean agrees = published < 0 == difference.mean() < 0;
            against =
                    agrees
                            ? "; the paper reports the same sign"
                            : "; this disagrees with the paper, which reports the opposite sign";
        }
        return first + direction + second + " here" + against;
    }
}
