// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import dev.witan.train.metrics.RoutingMetrics;
import dev.witan.train.metrics.StepMetrics;
import dev.witan.train.metrics.TrainingEvent;
import dev.witan.train.metrics.ValidationMetrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A run's data of realistic size, invented from a seed.
final class SampleReport {
    static final int LAYERS = 4;
    static final int ITERATIONS = 2;
    static final int EXPERTS = 63;
    static final List<String> DOMAINS = List.of("problems", "solutions", "code");

    private SampleReport() {}

    static ReportData data() {
        var random = new Random(7);
        return ReportData.titled(
                        "chain-tiny on GSM8K",
                        "2026-03-14 · witan train --preset chain-tiny · 2,000 steps")
                .tiles(
                        KeyValues.titled("")
                                .with("validation loss, nats per byte", "1.2714")
                                .with("order-4 baseline", "1.3204")
                                .with("parameters", "8.91 M")
                                .with("active per token", "1.52 M")
                                .with("training tokens", "8.19 M")
                                .with("time", "21 min 04 s"))
                .summary(
                        List.of(
                                KeyValues.titled("Model")
                                        .with("layers × width", "4 × 128")
                                        .with("routed experts", "63 of width 88, plus 1 shared")
                                        .with("routing", "2 iterations × top-4, a gate each")
                                        .with("parameters", "8,912,384 in all, 1,524,736 active"),
                                KeyValues.titled("Data and run")
                                        .with("training text", "3,842,116 bytes in 3 domains")
                                        .with("validation text", "702,341 bytes")
                                        .with("speed", "6,480 tokens/s")
                                        .with("time", "21 min 04 s on 2 cores")))
                .losses(
                        LossHistory.empty("nats per byte")
                                .withBaseline("order-4 count model", 1.3204))
                .events(events(random))
                .expertLoads(loads(random))
                .domainLoads(domains(random))
                .ablations(
                        List.of(
                                new Ablation("intact model", 1.2714),
                                new Ablation("routed experts zeroed", 2.1133),
                                new Ablation("router's choice shuffled", 1.6821),
                                new Ablation("second iteration skipped", 1.4410)))
                .provenance(
                        List.of(
                                KeyValues.titled("Inputs")
                                        .with("train.jsonl", "sha256 9f0c2a5d…")
                                        .with("valid.jsonl", "sha256 177be0c4…")
                                        .with("seed", "17"),
                                KeyValues.titled("Software")
                                        .with("witan", "0.1.0-SNAPSHOT")
                                        .with("libtorch", "2.10.0")
                                        .with("java", "25.0.1")))
                .build();
    }

    private static List<TrainingEvent> events(Random random) {
        var events = new ArrayList<TrainingEvent>();
        for (int step = 1; step <= 2000; step++) {
            double mean =
                    1.22
                            + 2.2 * Math.exp(-step / 90.0)
                            + 2.2 * Math.exp(-step / 25.0)
                            + 0.35 * Math.exp(-step / 600.0);
            double loss = mean + 0.05 * random.nextGaussian();
            events.add(new StepMetrics(step, step * 4096L, loss, 0.01, 1e-3, 0.5, 6480, 1.6));
            if (step % 200 == 0) {
                events.add(new ValidationMetrics(step, 4096, mean + 0.015, mean + 0.015));
            }
            if (step % 20 == 0) {
                for (int place = 0; place < LAYERS * ITERATIONS; place++) {
                    long[] tokens = new long[EXPERTS];
                    double spread = 0.25 + 0.9 * Math.exp(-step / 300.0) + 0.03 * place;
                    for (int e = 0; e < EXPERTS; e++) {
                        tokens[e] = Math.round(500 * Math.exp(spread * random.nextGaussian()));
                    }
                    var routing = RoutingMetrics.of(step, place / 2, place % 2, tokens);
                    events.add(
                            place % 2 == 0
                                    ? routing
                                    : routing.withOverlapWithPrevious(
                                            0.05 + 0.1 * place / 8 + 0.01 * random.nextDouble()));
                }
            }
        }
        return events;
    }

    static List<ExpertLoad> loads(Random random) {
        var loads = new ArrayList<ExpertLoad>();
        for (int place = 0; place < LAYERS * ITERATIONS; place++) {
            long[] tokens = new long[EXPERTS];
            for (int e = 0; e < EXPERTS; e++) {
                tokens[e] = Math.round(44_000 * Math.exp(0.4 * random.nextGaussian()));
            }
            if (place == 5) {
                tokens[17] = 0;
                tokens[40] = 0;
            }
            loads.add(ExpertLoad.of(place / ITERATIONS, place % ITERATIONS, tokens));
        }
        return loads;
    }

    private static List<DomainLoad> domains(Random random) {
        var loads = new ArrayList<DomainLoad>();
        for (int place = 0; place < LAYERS * ITERATIONS; place++) {
            double[] base = random.doubles(EXPERTS).map(d -> 0.3 * (d - 0.5)).toArray();
            for (String domain : DOMAINS) {
                long[] tokens = new long[EXPERTS];
                for (int e = 0; e < EXPERTS; e++) {
                    double own = 0.15 * (place + 2) * random.nextGaussian();
                    tokens[e] = Math.round(9_000 * Math.exp(base[e] + own));
                }
                loads.add(
                        new DomainLoad(
                                domain,
                                ExpertLoad.of(place / ITERATIONS, place % ITERATIONS, tokens)));
            }
        }
        return loads;
    }
}
