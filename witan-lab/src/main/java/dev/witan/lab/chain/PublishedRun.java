// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A published run: one seed each, validation loss in nats per token of a vocabulary of 102,400.
///
/// Conditions: 1,000 steps of 64 sequences of 512 tokens (padded) of MetaMathQA, AdamW 3e-4, 4
/// layers, hidden 1024, experts of width 704.
///
/// @param label as published; the two runs "w/o" have an outer residual besides
/// @param system name of our system of that shape; null if we run none
/// @param lossAt200 after 200 steps
/// @param lossAt1000 at the end
/// @param meanOfLast5 mean of the last five measurements, ten steps apart
/// @param parameters in units of 2^20; null if not published
/// @param memoryGb peak memory in GB; null if not published
/// @param seconds training time; null if not published
public record PublishedRun(
        String label,
        @Nullable String system,
        double lossAt200,
        double lossAt1000,
        double meanOfLast5,
        @Nullable Double parameters,
        @Nullable Double memoryGb,
        @Nullable Double seconds) {
    /// All of them.
    ///
    /// Source: the tables behind the plots in the paper's repository, `scripts/plot`.
    public static final List<PublishedRun> ALL =
            List.of(
                    of("MoE(8/64)", "moe-8-64", 2.463, 1.1958, 1.2021).size(544.51, 11.70, 989.5),
                    of("CoE-2(4/64)", "coe2-4-64", 2.445, 1.1211, 1.1304).size(544.75, 11.70, null),
                    of("CoE-2(8/64)", null, 2.438, 1.1200, 1.1282).size(544.75, 11.70, 1755.0),
                    of("CoE-2(4/48)", "coe2-4-48", 2.473, 1.2095, 1.2161).size(412.63, 9.64, null),
                    of("MoE(16/64)", null, 2.453, 1.1665, 1.1746).size(544.51, 11.70, 1451.0),
                    of("MoE(24/64)", null, 2.450, 1.1751, 1.1763).size(544.51, 11.70, 1852.0),
                    of("MoE(8/64) 8 layers", "moe-8-64-8-layers", 2.360, 1.1092, 1.1181)
                            .size(1089.0, 20.21, 1863.0),
                    of("MoE(8/64) 12 layers", null, 2.363, 1.0702, 1.0816)
                            .size(1633.5, 28.71, 2734.0),
                    of("CoE-2(8/64) w/o inner residual", null, 2.510, 1.1755, 1.1865),
                    of("CoE-2(8/64) w/o independent gate", null, 2.521, 1.2439, 1.2549),
                    of("dense 8/8, C = 1", null, 2.498, 1.2316, 1.2370),
                    of("dense 8/8, C = 2", null, 2.485, 1.2927, 1.3008));

    private static PublishedRun of(
            String label,
            @Nullable String system,
            double lossAt200,
            double lossAt1000,
            double meanOfLast5) {
        return new PublishedRun(
                label, system, lossAt200, lossAt1000, meanOfLast5, null, null, null);
    }

    private PublishedRun size(double millions, double gigabytes, @Nullable Double time) {
        return new PublishedRun(
                label, system, lossAt200, lossAt1000, meanOfLast5, millions, gigabytes, time);
    }

    /// The final loss of the published run that has the shape of a system; null if there is none.
    static @Nullable Double lossOf(String system) {
        return ALL.stream()
                .filter(run -> system.equals(run.system()))
                .map(PublishedRun::lossAt1000)
                .findFirst()
                .orElse(null);
    }
}
