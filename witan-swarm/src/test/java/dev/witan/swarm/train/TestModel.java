// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import dev.witan.engine.KernelSettings;
import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.model.DecoderModel;
import dev.witan.model.ModelBuilder;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.swarm.host.ExpertOptimizer;
import dev.witan.swarm.host.HostLimits;
import dev.witan.swarm.host.HostSetup;
import dev.witan.swarm.host.HostedLayer;
import dev.witan.swarm.host.TorchArithmetic;
import dev.witan.swarm.process.HostSpec;
import dev.witan.train.config.Presets;
import dev.witan.train.loop.TrainConfig;

import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A model, its training, and the parts of it that hosts hold: expert `e` of layer `l` is on host
/// `(e + l) mod hosts`.
record TestModel(String name, TrainConfig config) {
    static final String CHAIN = "chain";
    static final String TOP_K = "top-k";
    static final String CHAIN_TINY = "chain-tiny";

    /// A model by its name, with settings on top.
    static TestModel named(String name, String... settings) {
        List<String> all = new ArrayList<>();
        if (!name.equals(CHAIN_TINY)) {
            all.addAll(
                    List.of(
                            "model.layers=2",
                            "model.hidden=16",
                            "model.heads=2",
                            "model.keyValueHeads=2",
                            "model.headWidth=8",
                            "model.context=24",
                            "model.feedForward.width=8",
                            "model.feedForward.sharedWidth=8",
                            "model.feedForward.router.experts=13",
                            "batchSize=1",
                            "steps=50",
                            "schedule.peak=0.01",
                            "optimizer.weightDecay=0.1",
                            "optimizer.clipNorm=0.5"));
        }
        all.addAll(
                switch (name) {
                    case CHAIN ->
                            List.of(
                                    "model.feedForward.kind=chain",
                                    "model.feedForward.chain.iterations=2",
                                    "model.feedForward.chain.gatePerIteration=true");
                    case TOP_K ->
                            List.of(
                                    "model.feedForward.kind=moe",
                                    "model.feedForward.sharedGated=true");
                    case CHAIN_TINY -> List.of();
                    default -> throw new IllegalArgumentException(name);
                });
        all.addAll(List.of(settings));
        TrainConfig config =
                name.equals(CHAIN_TINY)
                        ? TrainConfig.reader().fromPreset(Presets.bundled(), name, all)
                        : TrainConfig.reader().fromDefaults(all);
        return new TestModel(name, config);
    }

    /// The whole model, as one process has it.
    DecoderModel whole() {
        return ModelBuilder.random(
                config.model(), KernelSettings.of(config.precision()), config.seed());
    }

    int experts() {
        return config.model().feedForward().router().experts();
    }

    static int hostOf(int layer, int expert, int hosts) {
        return (expert + layer) % hosts;
    }

    /// The experts of a layer that a host holds, ascending.
    int[] own(int layer, int hosts, int host) {
        return IntStream.range(0, experts()).filter(e -> hostOf(layer, e, hosts) == host).toArray();
    }

    /// The arithmetic of a host, by layer.
    SortedMap<Integer, TorchArithmetic> arithmetics(
            int hosts, int host, ExpertOptimizer optimizer) {
        List<LocalExperts> layers = whole().localExperts();
        SortedMap<Integer, TorchArithmetic> arithmetics = new TreeMap<>();
        for (int l = 0; l < layers.size(); l++) {
            ExpertParameters all = layers.get(l).parameters();
            int[] own = own(l, hosts, host);
            Tensor value;
            try (Scope scope = Scope.open()) {
                Tensor rows = all.parameter().value().index_select(0, Tensors.of(own, own.length));
                value = scope.keep(rows.contiguous());
            }
            arithmetics.put(
                    l,
                    new TorchArithmetic(
                            new ExpertParameters(all.parameter().name(), all.kernel(), value),
                            KernelSettings.of(config.precision()),
                            optimizer));
        }
        return arithmetics;
    }

    HostSetup setup(int hosts, int host, SortedMap<Integer, TorchArithmetic> arithmetics) {
        Map<Integer, HostedLayer> layers = new LinkedHashMap<>();
        arithmetics.forEach((layer, arithmetic) ->
                layers.put(layer, new HostedLayer(own(layer, hosts, host), arithmetic)));
        return new HostSetup(name, layers, HostLimits.standard(), new Random(host));
    }

    /// Hashes of hosted experts, layer by layer, in the order of the host's own.
    static List<String> hashes(SortedMap<Integer, TorchArithmetic> arithmetics) {
        List<String> hashes = new ArrayList<>();
        arithmetics
                .values()
                .forEach(arithmetic -> add(arithmetic.parameters().parameter(), hashes));
        return hashes;
    }

    /// Hashes of all experts of a model in one process, layer by layer.
    static List<String> expertHashes(DecoderModel model) {
        List<String> hashes = new ArrayList<>();
        model.experts().forEach(layer -> add(layer, hashes));
        return hashes;
    }

    private static void add(Parameter layer, List<String> hashes) {
        for (int row = 0; row < layer.value().size(0); row++) {
            hashes.add(HostSpec.hash(layer.value(), row));
        }
    }

    /// The hashes of all hosts in the order of the model's experts.
    List<String> inOrder(List<List<String>> byHost) {
        List<String> all = new ArrayList<>();
        int[] next = new int[byHost.size()];
        for (int l = 0; l < config.model().layers(); l++) {
            for (int e = 0; e < experts(); e++) {
                int host = hostOf(l, e, byHost.size());
                all.add(byHost.get(host).get(next[host]++));
            }
        }
        return all;
    }

    /// A hash of each parameter of the trunk, by name.
    static Map<String, String> trunkHashes(DecoderModel model) {
        Map<String, String> hashes = new LinkedHashMap<>();
        for (Parameter parameter : model.trunk()) {
            try (Scope scope = Scope.open()) {
                Tensor flat = parameter.value().detach().view(1, -1);
                hashes.put(parameter.name(), HostSpec.hash(flat, 0));
            }
        }
        return hashes;
    }
}
