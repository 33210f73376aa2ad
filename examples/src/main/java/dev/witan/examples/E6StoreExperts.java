// SPDX-License-Identifier: Apache-2.0
package dev.witan.examples;

import dev.witan.engine.Engine;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.TensorFiles;
import dev.witan.engine.Tensors;
import dev.witan.engine.safetensors.SafetensorsFile;
import dev.witan.engine.safetensors.SafetensorsWriter;
import dev.witan.engine.safetensors.TensorData;
import dev.witan.moe.Pass;
import dev.witan.moe.Routing;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.LocalExperts;
import dev.witan.moe.expert.SwiGluKernel;
import dev.witan.moe.layer.FeedForward;
import dev.witan.moe.layer.MoeLayer;
import dev.witan.moe.router.Gate;
import dev.witan.moe.router.TopKRouter;
import dev.witan.moe.router.TopKRouterConfig;

import org.bytedeco.pytorch.Tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Experts are pieces of their own: save all, load them into another layer, then replace one and
/// see that only its tokens notice.
public final class E6StoreExperts {
    private static final int WIDTH = 16;
    private static final int EXPERTS = 8;
    private static final int REPLACED = 3;

    private E6StoreExperts() {}

    /// Prints what is in the file and which tokens an exchanged expert changes.
    public static void main(String[] args) throws IOException {
        Engine.start();
        Path file = Files.createTempFile("experts", ".safetensors");
        try (Scope scope = Scope.open()) {
            ExpertParameters original = experts(1);
            save(original, file);
            ExpertParameters copy = experts(2);
            load(file, copy);

            Tensor x = Tensors.normal(1, 3, 64, WIDTH);
            FeedForward.Output before = layer(original).forward(x, Pass.inference());
            FeedForward.Output loaded = layer(copy).forward(x, Pass.inference());
            System.out.println("bit-equal after loading: " + same(before, loaded));

            Map<String, Tensor> newcomer = experts(4).matrices(0);
            newcomer.forEach((name, matrix) -> copy.replace(REPLACED, name, matrix));
            report(before, layer(copy).forward(x, Pass.inference()));
        } finally {
            Files.delete(file);
        }
    }

    private static ExpertParameters experts(long seed) {
        return ExpertParameters.normal("experts", new SwiGluKernel(WIDTH, 12), EXPERTS, 0.3, seed);
    }

    private static MoeLayer layer(ExpertParameters experts) {
        var gate = Gate.uniform("gate", EXPERTS, WIDTH, 5);
        var router = new TopKRouter(TopKRouterConfig.softmax(EXPERTS, 2), gate);
        return new MoeLayer(router, new LocalExperts(experts, Precision.FLOAT32));
    }

    private static void save(ExpertParameters experts, Path file) throws IOException {
        List<TensorData> tensors = new ArrayList<>();
        for (int e = 0; e < experts.experts(); e++) {
            String prefix = "experts." + e + ".";
            experts.matrices(e)
                    .forEach(
                            (name, matrix) -> tensors.add(TensorFiles.data(prefix + name, matrix)));
        }
        SafetensorsWriter.write(file, Map.of("format", "pt"), tensors);
        System.out.println("saved " + tensors.size() + " matrices");
    }

    private static void load(Path file, ExpertParameters experts) throws IOException {
        try (SafetensorsFile stored = SafetensorsFile.open(file)) {
            for (int e = 0; e < experts.experts(); e++) {
                for (Map.Entry<String, Tensor> matrix : experts.matrices(e).entrySet()) {
                    String name = "experts." + e + "." + matrix.getKey();
                    TensorFiles.readInto(stored, name, matrix.getValue());
                }
            }
        }
    }

    private static boolean same(FeedForward.Output a, FeedForward.Output b) {
        return Arrays.equals(Tensors.toFloats(a.y()), Tensors.toFloats(b.y()));
    }

    private static void report(FeedForward.Output before, FeedForward.Output after) {
        float[] old = Tensors.toFloats(before.y());
        float[] now = Tensors.toFloats(after.y());
        Routing routing = before.routings().getFirst();
        int routed = 0;
        int changed = 0;
        for (int t = 0; t < routing.tokens(); t++) {
            int end = (t + 1) * WIDTH;
            changed += Arrays.equals(old, t * WIDTH, end, now, t * WIDTH, end) ? 0 : 1;
            boolean here = routing.expertId(t, 0) == REPLACED || routing.expertId(t, 1) == REPLACED;
            routed += here ? 1 : 0;
        }
        System.out.println("tokens routed to the replaced expert: " + routed);
        System.out.println("tokens whose answer changed: " + changed);
    }
}
