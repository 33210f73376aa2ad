// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.Engine;
import dev.witan.engine.FlashAttention;
import dev.witan.engine.KernelSettings;
import dev.witan.engine.Parameter;
import dev.witan.engine.Precision;
import dev.witan.engine.Projection;
import dev.witan.engine.Tensors;
import dev.witan.moe.ExpertCapacity;
import dev.witan.moe.Experts;
import dev.witan.moe.Router;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.moe.expert.SwiGluKernel;
import dev.witan.moe.layer.ChainLayer;
import dev.witan.moe.layer.DenseFeedForward;
import dev.witan.moe.layer.FeedForward;
import dev.witan.moe.layer.MoeLayer;
import dev.witan.moe.layer.SharedExpert;
import dev.witan.moe.router.ExpertBias;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.TopKRouter;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/// Makes a model from its configuration, with random weights or for weights yet to be loaded.
///
/// Each tensor has a seed of its own, drawn from the model's seed and the tensor's name, so that
/// models that differ in one part start equal in all others.
public final class ModelBuilder {
    private final ModelConfig config;
    private final KernelSettings settings;
    private final long seed;
    private final boolean blank;
    private final @Nullable IntFunction<Experts> elsewhere;
    private final List<LocalExperts> localExperts = new ArrayList<>();

    private ModelBuilder(
            ModelConfig config,
            KernelSettings settings,
            long seed,
            boolean blank,
            @Nullable IntFunction<Experts> elsewhere) {
        this.config = config;
        this.settings = settings;
        this.seed = seed;
        this.blank = blank;
        this.elsewhere = elsewhere;
    }

    /// A new model with random weights, in the default batch mode.
    public static DecoderModel random(ModelConfig config, Precision precision, long seed) {
        return random(config, KernelSettings.of(precision), seed);
    }

    /// A new model with random weights.
    public static DecoderModel random(ModelConfig config, KernelSettings settings, long seed) {
        Engine.start();
        return new ModelBuilder(config, settings, seed, false, null).build();
    }

    /// A new model with random weights whose experts live elsewhere: its trunk is that of [#random]
    /// with the same seed, and no expert's weights are made.
    ///
    /// @param elsewhere the experts of each layer that has some, by its index
    public static DecoderModel random(
            ModelConfig config,
            KernelSettings settings,
            long seed,
            IntFunction<Experts> elsewhere) {
        Engine.start();
        return new ModelBuilder(config, settings, seed, false, elsewhere).build();
    }

    /// A model for weights yet to be loaded, in the default batch mode: most are zero, no time is
    /// spent on drawing them.
    public static DecoderModel blank(ModelConfig config, Precision precision) {
        return blank(config, KernelSettings.of(precision));
    }

    /// A model for weights yet to be loaded: most are zero, no time is spent on drawing them.
    public static DecoderModel blank(ModelConfig config, KernelSettings settings) {
        Engine.start();
        return new ModelBuilder(config, settings, 0, true, null).build();
    }

    private DecoderModel build() {
        Parameter embedding =
                normal("model.embed_tokens.weight", config.vocabulary(), config.hidden());
        var attention =
                new CausalAttention(
                        config.heads(),
                        config.keyValueHeads(),
                        config.headWidth(),
                        new RotaryEmbedding(
                                config.context(), config.headWidth(), config.ropeTheta()),
                        new FlashAttention());
        List<DecoderLayer> layers = new ArrayList<>();
        for (int l = 0; l < config.layers(); l++) {
            layers.add(layer(l, attention));
        }
        Parameter head =
                config.tiedEmbeddings()
                        ? embedding
                        : normal("lm_head.weight", config.vocabulary(), config.hidden());
        return new DecoderModel(
                config,
                embedding,
                layers,
                norm("model.norm.weight", config.hidden()),
                new OutputHead(new Projection(head, settings)),
                localExperts);
    }

    private DecoderLayer layer(int index, CausalAttention causal) {
        String name = "model.layers." + index;
        int width = config.headWidth();
        int queryWidth = config.heads() * width;
        int keyWidth = config.keyValueHeads() * width;
        String attention = name + ".self_attn";
        return new DecoderLayer(
                norm(name + ".input_layernorm.weight", config.hidden()),
                new Attention(
                        config,
                        new Projection(
                                normal(
                                        attention + ".qkv_proj.weight",
                                        queryWidth + 2 * keyWidth,
                                        config.hidden()),
                                settings),
                        new Projection(
                                normal(attention + ".o_proj.weight", config.hidden(), queryWidth),
                                settings),
                        queryKeyNorm(attention + ".q_norm.weight", queryWidth),
                        queryKeyNorm(attention + ".k_norm.weight", keyWidth),
                        causal),
                norm(name + ".post_attention_layernorm.weight", config.hidden()),
                feedForward(index, name + ".mlp"));
    }

    private FeedForward feedForward(int index, String name) {
        FeedForwardConfig part = config.feedForward();
        if (part.kind() == FeedForwardConfig.Kind.DENSE) {
            return DenseFeedForward.normal(
                    name,
                    config.hidden(),
                    part.width(),
                    config.initDeviation(),
                    seedOf(name),
                    settings.batchMode());
        }
        Experts experts = experts(index, name + ".experts");
        Optional<SharedExpert> shared = sharedExpert(name);
        boolean chain = part.kind() == FeedForwardConfig.Kind.CHAIN;
        boolean gates = chain && part.chain().gatePerIteration();
        List<MoeLayer> iterations = new ArrayList<>();
        Router router = null;
        for (int t = 0; t < part.iterations(); t++) {
            if (router == null || gates) {
                router = router(gates ? name + ".gate." + t : name + ".gate");
            }
            iterations.add(
                    new MoeLayer(
                            router,
                            experts,
                            shared,
                            part.balance(),
                            new ExpertCapacity(part.capacityFactor())));
        }
        return chain ? new ChainLayer(part.chain(), iterations) : iterations.getFirst();
    }

    private Experts experts(int index, String name) {
        if (elsewhere != null) {
            return elsewhere.apply(index);
        }
        var experts = new LocalExperts(expertParameters(name), settings);
        localExperts.add(experts);
        return experts;
    }

    private ExpertParameters expertParameters(String name) {
        var kernel = new SwiGluKernel(config.hidden(), config.feedForward().width());
        int count = config.feedForward().router().experts();
        return blank
                ? new ExpertParameters(
                        name, kernel, Tensors.zeros(ScalarType.Float, count, kernel.size()))
                : ExpertParameters.normal(
                        name, kernel, count, config.initDeviation(), seedOf(name));
    }

    private Router router(String name) {
        var routerConfig = config.feedForward().router();
        Gate gate =
                Gate.uniform(
                        name + ".weight",
                        routerConfig.experts(),
                        config.hidden(),
                        seedOf(name),
                        settings.batchMode());
        return new TopKRouter(routerConfig, gate, ExpertBias.zero(routerConfig.experts()));
    }

    private Optional<SharedExpert> sharedExpert(String name) {
        FeedForwardConfig part = config.feedForward();
        if (part.sharedWidth() == 0) {
            return Optional.empty();
        }
        String shared = name + (part.sharedGated() ? ".shared_expert" : ".shared_experts");
        double deviation = config.initDeviation();
        return Optional.of(
                part.sharedGated()
                        ? SharedExpert.gated(
                                shared,
                                config.hidden(),
                                part.sharedWidth(),
                                deviation,
                                seedOf(shared),
                                settings.batchMode())
                        : SharedExpert.normal(
                                shared,
                                config.hidden(),
                                part.sharedWidth(),
                                deviation,
                                seedOf(shared),
                                settings.batchMode()));
    }

    private Optional<RmsNorm> queryKeyNorm(String name, int width) {
        return config.queryKeyNorm() ? Optional.of(norm(name, width)) : Optional.empty();
    }

    private RmsNorm norm(String name, int width) {
        Tensor ones =
                Tensors.zeros(ScalarType.Float, width).add_(new org.bytedeco.pytorch.Scalar(1.0));
        return new RmsNorm(Parameter.leaf(name, ones), config.normEpsilon());
    }

    private Parameter normal(String name, int rows, int columns) {
        return Parameter.leaf(
                name,
                blank
                        ? Tensors.zeros(ScalarType.Float, rows, columns)
                        : Tensors.normal(config.initDeviation(), seedOf(name), rows, columns));
    }

    private long seedOf(String name) {
        long hash = seed * 0x9E3779B97F4A7C15L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
        }
        return (hash ^ (hash >>> 29)) & Long.MAX_VALUE;
    }
}
