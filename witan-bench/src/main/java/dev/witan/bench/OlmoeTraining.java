// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench;

import com.sun.management.OperatingSystemMXBean;

import dev.witan.engine.Engine;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.TensorFiles;
import dev.witan.engine.Tensors;
import dev.witan.engine.safetensors.SafetensorsFile;
import dev.witan.model.DecoderModel;
import dev.witan.model.FeedForwardConfig;
import dev.witan.model.ModelBuilder;
import dev.witan.model.ModelConfig;
import dev.witan.model.ModelWeights;
import dev.witan.moe.Pass;
import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.router.TopKRouterConfig;
import dev.witan.train.optimizer.AdamW;
import dev.witan.train.optimizer.AdamWConfig;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Question: how many tokens per second does Witan train, on the work that `peers/` gives to
/// transformers? `README.md` of this module defines the work and the formats.
public final class OlmoeTraining {
    private static final int BATCH = 8;
    private static final int LENGTH = 256;
    private static final double LEARNING_RATE = 1e-3;
    private static final int WARMUP_STEPS = 100;

    private OlmoeTraining() {}

    /// Arguments as `peers/speed.sh` gives them.
    public static void main(String[] args) throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        System.setProperty("witan.threads", options.getOrDefault("--threads", "2"));
        Precision precision =
                options.getOrDefault("--kernels", "bf16").equals("bf16")
                        ? Precision.BFLOAT16
                        : Precision.FLOAT32;
        int steps = Integer.parseInt(options.getOrDefault("--steps", "12"));
        Map<String, Object> result =
                train(
                        Path.of(options.get("--init")),
                        Path.of(options.get("--batches")),
                        precision,
                        steps,
                        Integer.parseInt(options.getOrDefault("--warmup", "3")));
        Files.writeString(
                Path.of(options.get("--out")), JsonMapper.shared().writeValueAsString(result));
    }

    private static ModelConfig olmoe() {
        return new ModelConfig(
                4096,
                4,
                256,
                4,
                4,
                64,
                LENGTH,
                10_000,
                1e-5,
                true,
                false,
                0.02,
                FeedForwardConfig.moe(
                        TopKRouterConfig.softmax(64, 8), 176, 0, BalanceConfig.ofPooled(0.01)));
    }

    private static Map<String, Object> train(
            Path init, Path batches, Precision precision, int steps, int warmup)
            throws IOException {
        Engine.start();
        DecoderModel model = ModelBuilder.random(olmoe(), precision, 1);
        load(model, init);
        var optimizer = new AdamW(AdamWConfig.standard(), model.parameters());
        List<Double> losses = new ArrayList<>();
        List<Double> auxiliary = new ArrayList<>();
        List<Double> seconds = new ArrayList<>();
        List<Double> cpuSeconds = new ArrayList<>();
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try (SafetensorsFile file = SafetensorsFile.open(batches);
                Scope all = Scope.open()) {
            Tensor tokens = TensorFiles.read(file, "tokens").to(torch.ScalarType.Long);
            for (int step = 0; step < steps; step++) {
                long start = System.nanoTime();
                long cpuStart = system.getProcessCpuTime();
                try (Scope scope = Scope.open()) {
                    Tensor batch = tokens.select(0, step);
                    Tensor input = batch.narrow(1, 0, LENGTH).reshape(-1);
                    Tensor target = batch.narrow(1, 1, LENGTH).reshape(-1);
                    double[] loss = step(model, optimizer, input, target, step);
                    losses.add(loss[0]);
                    auxiliary.add(loss[1] / 0.01);
                }
                seconds.add((System.nanoTime() - start) / 1e9);
                cpuSeconds.add((system.getProcessCpuTime() - cpuStart) / 1e9);
            }
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("system", "witan");
        result.put("form", "explicit kernels");
        result.put("kernels", precision == Precision.BFLOAT16 ? "bf16" : "float32");
        result.put("warmup", warmup);
        result.put("tokensPerStep", BATCH * LENGTH);
        result.put("lmLoss", losses);
        result.put("auxLoss", auxiliary);
        result.put("seconds", seconds);
        result.put("cpuSeconds", cpuSeconds);
        result.put("peakRssBytes", peakRss());
        return result;
    }

    private static double[] step(
            DecoderModel model, AdamW optimizer, Tensor input, Tensor target, int step) {
        try (var tape = new ExplicitGradient()) {
            var pass = new Pass(true, step, BATCH, new int[0], tape);
            DecoderModel.LossOutput output = model.loss(input, target, pass);
            Tensor loss = output.loss();
            Tensor total = loss;
            for (Tensor part : output.routing().losses()) {
                total = total.add(part);
            }
            tape.backward(total);
            double value = Tensors.scalar(loss);
            double withAuxiliary = Tensors.scalar(total);
            optimizer.step(LEARNING_RATE * Math.min(1, (step + 1.0) / WARMUP_STEPS));
            return new double[] {value, withAuxiliary - value};
        }
    }

    private static void load(DecoderModel model, Path init) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(init);
                Scope scope = Scope.open()) {
            for (Map.Entry<String, Tensor> weight : ModelWeights.values(model).entrySet()) {
                TensorFiles.readInto(file, weight.getKey(), weight.getValue());
            }
        }
        model.refresh();
    }

    private static long peakRss() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElse(0);
    }
}
