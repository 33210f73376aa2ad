// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench;

import com.sun.management.OperatingSystemMXBean;

import dev.witan.engine.BatchMode;
import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.KernelSettings;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.model.DecoderModel;
import dev.witan.model.FeedForwardConfig;
import dev.witan.model.KeyValueCache;
import dev.witan.model.ModelBuilder;
import dev.witan.model.ModelConfig;
import dev.witan.moe.Pass;
import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.layer.ChainConfig;
import dev.witan.moe.router.TopKRouterConfig;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// Question: what does the batch-invariant mode cost, in training (forward and backward pass of 8
/// sequences of 256 tokens) and in decoding (one token of one sequence)?
///
/// Both modes take turns in one JVM; a sample is the CPU time of the process. The argument is the
/// file for the table, then optionally the number of samples. Last recorded:
/// `docs/benchmarks/2026-11-22-batch-invariance.md`.
public final class BatchModePrice {
    private static final int LENGTH = 256;
    private static final int BATCH = 8;
    private static final int DECODED = 64;

    private BatchModePrice() {}

    /// Writes the table.
    public static void main(String[] args) throws IOException {
        int samples = args.length > 1 ? Integer.parseInt(args[1]) : 15;
        Engine.start();
        try (Writer file = Files.newBufferedWriter(Path.of(args[0]), StandardCharsets.UTF_8);
                var out = new PrintWriter(file)) {
            out.println("| model | operands | work | FAST ms | INVARIANT ms | price | quartiles |");
            out.println("|---|---|---|---|---|---|---|");
            for (Precision precision : Precision.values()) {
                row(out, "OLMoE-shaped", olmoe(), precision, samples);
                row(out, "chain-tiny", chainTiny(), precision, samples);
            }
        }
    }

    private static ModelConfig olmoe() {
        return model(
                4096,
                256,
                true,
                FeedForwardConfig.moe(
                        TopKRouterConfig.softmax(64, 8), 176, 0, BalanceConfig.ofPooled(0.01)));
    }

    private static ModelConfig chainTiny() {
        return model(
                256,
                128,
                false,
                FeedForwardConfig.chain(
                        TopKRouterConfig.softmax(63, 4),
                        88,
                        88,
                        ChainConfig.standard(2),
                        BalanceConfig.ofPooled(0.01)));
    }

    private static ModelConfig model(
            int vocabulary, int hidden, boolean queryKeyNorm, FeedForwardConfig feedForward) {
        return new ModelConfig(
                vocabulary,
                4,
                hidden,
                4,
                4,
                hidden / 4,
                LENGTH,
                10_000,
                1e-5,
                queryKeyNorm,
                false,
                0.02,
                feedForward);
    }

    private static void row(
            PrintWriter out, String name, ModelConfig config, Precision precision, int samples) {
        Map<BatchMode, DecoderModel> models = new EnumMap<>(BatchMode.class);
        for (BatchMode mode : BatchMode.values()) {
            models.put(mode, ModelBuilder.random(config, new KernelSettings(precision, mode), 1));
        }
        for (boolean training : new boolean[] {true, false}) {
            Map<BatchMode, List<Double>> times = new EnumMap<>(BatchMode.class);
            for (int sample = -3; sample < samples; sample++) {
                for (Map.Entry<BatchMode, DecoderModel> entry : models.entrySet()) {
                    long start = cpuTime();
                    if (training) {
                        train(entry.getValue());
                    } else {
                        decode(entry.getValue());
                    }
                    if (sample >= 0) {
                        times.computeIfAbsent(entry.getKey(), _ -> new ArrayList<>())
                                .add((cpuTime() - start) / 1e6 / (training ? 1 : DECODED));
                    }
                }
            }
            double[] fast = sorted(times.getOrDefault(BatchMode.FAST, List.of()));
            double[] invariant = sorted(times.getOrDefault(BatchMode.INVARIANT, List.of()));
            out.printf(
                    Locale.ROOT,
                    "| %s | %s | %s | %.2f | %.2f | %+.1f %% | %.2f–%.2f, %.2f–%.2f |%n",
                    name,
                    precision.name().toLowerCase(Locale.ROOT),
                    training ? "training step" : "decode, 1 token",
                    quantile(fast, 2),
                    quantile(invariant, 2),
                    100 * (quantile(invariant, 2) / quantile(fast, 2) - 1),
                    quantile(fast, 1),
                    quantile(fast, 3),
                    quantile(invariant, 1),
                    quantile(invariant, 3));
            out.flush();
        }
    }

    private static void train(DecoderModel model) {
        try (Scope scope = Scope.open();
                var tape = new ExplicitGradient()) {
            Tensor tokens = tokens(model, BATCH * LENGTH);
            var pass = new Pass(true, 1, BATCH, new int[0], tape);
            DecoderModel.LossOutput output = model.loss(tokens, tokens, pass);
            Tensor total = output.loss();
            for (Tensor part : output.routing().losses()) {
                total = total.add(part);
            }
            tape.backward(total);
        }
    }

    private static void decode(DecoderModel model) {
        var noGradient = new NoGradGuard();
        try (var cache = new KeyValueCache(model.config());
                Scope scope = Scope.open()) {
            Tensor tokens = tokens(model, DECODED);
            for (int t = 0; t < DECODED; t++) {
                try (Scope one = Scope.open()) {
                    model.forward(tokens.narrow(0, t, 1), Pass.inference(), cache);
                }
            }
        } finally {
            noGradient.close();
        }
    }

    private static Tensor tokens(DecoderModel model, int count) {
        int vocabulary = model.config().vocabulary();
        int[] ids = IntStream.range(0, count).map(t -> (t * 7919 + 13) % vocabulary).toArray();
        return Tensors.of(ids, count);
    }

    private static long cpuTime() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static double[] sorted(List<Double> values) {
        double[] array = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(array);
        return array;
    }

    private static double quantile(double[] sorted, int quarter) {
        return sorted[(sorted.length - 1) * quarter / 4];
    }
}
