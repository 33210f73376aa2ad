// SPDX-License-Identifier: Apache-2.0
package dev.witan.examples;

import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.model.DecoderModel;
import dev.witan.model.FeedForwardConfig;
import dev.witan.model.KeyValueCache;
import dev.witan.model.ModelBuilder;
import dev.witan.model.ModelConfig;
import dev.witan.model.sampling.Sampler;
import dev.witan.model.sampling.SamplingSettings;
import dev.witan.model.tokenizer.ByteTokenizer;
import dev.witan.model.tokenizer.IncrementalDecoder;
import dev.witan.moe.Pass;
import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.router.TopKRouterConfig;
import dev.witan.train.optimizer.AdamW;
import dev.witan.train.optimizer.AdamWConfig;

import org.bytedeco.pytorch.Tensor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;

/// A language model of bytes: two layers with eight experts each read a page of a book until they
/// can continue it. `witan train` does this for real texts, with checkpoints and reports.
public final class E5LanguageModel {
    private static final int LENGTH = 64;
    private static final int BATCH = 8;
    private static final ByteTokenizer TOKENIZER = new ByteTokenizer();

    private E5LanguageModel() {}

    /// Trains for the number of steps in the first argument (400 without), then writes.
    public static void main(String[] args) throws IOException {
        int steps = args.length > 0 ? Integer.parseInt(args[0]) : 400;
        int[] text = TOKENIZER.encode(book());
        DecoderModel model = ModelBuilder.random(config(), Precision.FLOAT32, 1);
        var optimizer = new AdamW(AdamWConfig.standard(), model.parameters());
        for (int step = 1; step <= steps; step++) {
            double loss = step(model, optimizer, text, step);
            if (step == 1 || step % 50 == 0) {
                System.out.printf(Locale.ROOT, "step %3d  %.3f nats per byte%n", step, loss);
            }
        }
        System.out.println(continued(model, "Alice ", 160));
    }

    private static ModelConfig config() {
        var experts =
                FeedForwardConfig.moe(
                        TopKRouterConfig.softmax(8, 2), 64, 0, BalanceConfig.ofPooled(0.01));
        return new ModelConfig(256, 2, 64, 4, 4, 16, 256, 10_000, 1e-5, false, true, 0.05, experts);
    }

    private static String book() throws IOException {
        try (InputStream in = E5LanguageModel.class.getResourceAsStream("book.txt")) {
            if (in == null) {
                throw new IOException("book.txt is missing beside the class");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static double step(DecoderModel model, AdamW optimizer, int[] text, int step) {
        var random = new SplittableRandom(step);
        int[] input = new int[BATCH * LENGTH];
        int[] target = new int[BATCH * LENGTH];
        for (int row = 0; row < BATCH; row++) {
            int start = random.nextInt(text.length - LENGTH);
            System.arraycopy(text, start, input, row * LENGTH, LENGTH);
            System.arraycopy(text, start + 1, target, row * LENGTH, LENGTH);
        }
        try (Scope scope = Scope.open();
                var tape = new ExplicitGradient()) {
            var pass = new Pass(true, step, BATCH, input, tape);
            Tensor tokens = Tensors.of(input, input.length);
            Tensor targets = Tensors.of(target, target.length);
            DecoderModel.LossOutput output = model.loss(tokens, targets, pass);
            Tensor total = output.loss();
            for (Tensor balance : output.routing().losses()) {
                total = total.add(balance);
            }
            tape.backward(total);
            optimizer.step(3e-3);
            return Tensors.scalar(output.loss());
        }
    }

    private static String continued(DecoderModel model, String prompt, int bytes) {
        Sampler sampler = Sampler.seeded(SamplingSettings.PLAIN.withTemperature(0.3), 1);
        IncrementalDecoder decoder = TOKENIZER.incrementalDecoder();
        var written = new StringBuilder(prompt);
        try (var cache = new KeyValueCache(model.config())) {
            int[] next = TOKENIZER.encode(prompt);
            for (int i = 0; i < bytes; i++) {
                try (Scope scope = Scope.open()) {
                    Tensor tokens = Tensors.of(next, next.length);
                    Tensor logits = model.forward(tokens, Pass.inference(), cache).logits();
                    Tensor last = logits.select(0, next.length - 1L);
                    next = new int[] {sampler.sample(Tensors.toFloats(last))};
                    written.append(decoder.accept(next[0]));
                }
            }
        }
        return written.toString();
    }
}
