// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/// The three questions asked of the samples: how fast each system trains, by how much ours differs
/// in speed and memory, and whether it computes the same losses.
public record Comparison(List<Speed> speeds, List<Ratio> ratios, List<LossDifference> losses) {
    private static final double TARGET = 1.5;

    /// Fused experts computed one by one pay for a full-size gradient per expert.
    private static final double TARGET_OVER_EAGER = 3;

    private static final double LIMIT_FLOAT32 = 0.02;
    private static final double LIMIT_BF16 = 0.05;

    /// Speed and memory of one system.
    public record Speed(String system, OrderStatistics tokensPerSecond, long peakRssBytes) {}

    /// Ours against a peer.
    ///
    /// @param ofMedians ratio of the median speeds
    /// @param perRound ratios of runs that followed each other
    /// @param target least ratio of the medians that the project asks for
    /// @param memory our peak memory over the peer's; to be at most one
    public record Ratio(
            String witan,
            String peer,
            double ofMedians,
            OrderStatistics perRound,
            double target,
            double memory) {
        /// Whether speed and memory are as asked for.
        public boolean met() {
            return ofMedians >= target && memory <= 1;
        }
    }

    /// Largest difference between two runs from the same weights over the same batches.
    ///
    /// @param step the step it appeared at, from zero
    /// @param limit largest difference that the project allows; none between two peers, where the
    ///   row only shows what rounding does
    public record LossDifference(
            String left, String right, int steps, double largest, int step, OptionalDouble limit) {
        /// Whether there is a limit and the difference is within it; one that is not a number is
        /// not.
        public boolean met() {
            return limit.isPresent() && largest <= limit.getAsDouble();
        }
    }

    /// The comparison of all contestants with each other.
    static Comparison of(List<Contestant> contestants) {
        List<Contestant> timed =
                contestants.stream().filter(one -> !one.speed().isEmpty()).toList();
        return new Comparison(
                timed.stream().map(Comparison::speed).toList(),
                timed.stream()
                        .filter(one -> one.any().witan())
                        .flatMap(ours -> peers(timed).stream().map(peer -> ratio(ours, peer)))
                        .toList(),
                lossDifferences(contestants));
    }

    private static Speed speed(Contestant one) {
        return new Speed(one.any().name(), one.tokensPerSecond(), one.peakRssBytes());
    }

    private static List<Contestant> peers(List<Contestant> contestants) {
        return contestants.stream().filter(one -> !one.any().witan()).toList();
    }

    private static Ratio ratio(Contestant ours, Contestant peer) {
        return new Ratio(
                ours.any().name(),
                peer.any().name(),
                ours.tokensPerSecond().median() / peer.tokensPerSecond().median(),
                ours.speedOver(peer),
                peer.any().form().equals("fused, eager") ? TARGET_OVER_EAGER : TARGET,
                (double) ours.peakRssBytes() / peer.peakRssBytes());
    }

    private static List<LossDifference> lossDifferences(List<Contestant> contestants) {
        List<TrainingSample> runs =
                contestants.stream().flatMap(one -> one.loss().stream()).toList();
        return IntStream.range(0, runs.size())
                .boxed()
                .flatMap(left ->
                        runs.stream()
                                .skip(left + 1L)
                                .filter(right -> !(runs.get(left).witan() && right.witan()))
                                .map(right -> difference(runs.get(left), right)))
                .toList();
    }

    static LossDifference difference(TrainingSample left, TrainingSample right) {
        int steps = Math.min(left.lmLoss().size(), right.lmLoss().size());
        double largest = 0;
        int at = 0;
        for (int step = 0; step < steps && !Double.isNaN(largest); step++) {
            double difference = Math.abs(left.lmLoss().get(step) - right.lmLoss().get(step));
            if (difference > largest || Double.isNaN(difference)) {
                largest = difference;
                at = step;
            }
        }
        return new LossDifference(
                left.name(), right.name(), steps, largest, at, limit(left, right));
    }

    private static OptionalDouble limit(TrainingSample left, TrainingSample right) {
        if (!left.witan() && !right.witan()) {
            return OptionalDouble.empty();
        }
        boolean float32 = left.kernels().equals("float32") && right.kernels().equals("float32");
        return OptionalDouble.of(float32 ? LIMIT_FLOAT32 : LIMIT_BF16);
    }
}
