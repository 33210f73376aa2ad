// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.BatchMode;
import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.KernelSettings;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Pass;
import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.layer.ChainConfig;
import dev.witan.moe.router.TopKRouterConfig;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// One small model of each kind, and their logits.
final class SmallModels {
    static final int VOCABULARY = 101;

    private SmallModels() {}

    static Map<String, ModelConfig> configs() {
        var configs = new LinkedHashMap<String, ModelConfig>();
        TopKRouterConfig router = TopKRouterConfig.softmax(13, 3);
        BalanceConfig balance = BalanceConfig.NONE;
        configs.put("mixture", config(FeedForwardConfig.moe(router, 72, 40, balance)));
        configs.put(
                "chain",
                config(FeedForwardConfig.chain(router, 72, 67, ChainConfig.standard(2), balance)));
        configs.put("dense", config(FeedForwardConfig.dense(101)));
        return configs;
    }

    private static ModelConfig config(FeedForwardConfig feedForward) {
        return new ModelConfig(
                VOCABULARY, 2, 128, 4, 2, 32, 64, 10_000, 1e-5, true, false, 0.1, feedForward);
    }

    static int[] sequence(int length, long seed) {
        return new SplittableRandom(seed).ints(length, 0, VOCABULARY).toArray();
    }

    /// Logits `[B*S*V]` of sequences of equal lengths.
    static float[] logits(DecoderModel model, int[]... sequences) {
        int[] all = Arrays.stream(sequences).flatMapToInt(Arrays::stream).toArray();
        var noGradient = new NoGradGuard();
        try (Scope scope = Scope.open();
                var tape = new ExplicitGradient()) {
            var pass = new Pass(false, 0, sequences.length, new int[0], tape);
            return Tensors.toFloats(model.forward(Tensors.of(all, all.length), pass).logits());
        } finally {
            noGradient.close();
        }
    }

    /// Losses `[B*S]` of predicting each sequence from itself.
    static float[] losses(DecoderModel model, int[]... sequences) {
        int[] all = Arrays.stream(sequences).flatMapToInt(Arrays::stream).toArray();
        var noGradient = new NoGradGuard();
        try (Scope scope = Scope.open();
                var tape = new ExplicitGradient()) {
            var pass = new Pass(false, 0, sequences.length, new int[0], tape);
            Tensor tokens = Tensors.of(all, all.length);
            return Tensors.toFloats(model.loss(tokens, tokens, pass).perToken());
        } finally {
            noGradient.close();
        }
    }

    /// Prints one hash over the logits of all kinds in both precisions.
    public static void main(String[] args) throws Exception {
        var hash = MessageDigest.getInstance("SHA-256");
        for (Precision precision : Precision.values()) {
            for (ModelConfig config : configs().values()) {
                var settings = new KernelSettings(precision, BatchMode.INVARIANT);
                DecoderModel model = ModelBuilder.random(config, settings, 1);
                int[][] sequences = new int[9][];
                Arrays.setAll(sequences, i -> sequence(61, i));
                for (float value : logits(model, sequences)) {
                    hash.update(ByteBuffer.allocate(4).putFloat(value).array());
                }
            }
        }
        System.out.println(HexFormat.of().formatHex(hash.digest()));
    }
}
