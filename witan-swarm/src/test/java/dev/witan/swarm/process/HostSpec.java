// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.process;

import dev.witan.engine.KernelSettings;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.expert.ExpertKernel;
import dev.witan.moe.expert.ExpertParameters;
import dev.witan.moe.expert.SwiGluKernel;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.host.AdamWExpertOptimizer;
import dev.witan.swarm.host.HostLimits;
import dev.witan.swarm.host.HostSetup;
import dev.witan.swarm.host.HostedLayer;
import dev.witan.swarm.host.TorchArithmetic;

import org.bytedeco.pytorch.Tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;

/// The layer that tests spread over hosts, and the part of it that one host has.
///
/// @param experts experts of the whole layer
/// @param hosts number of hosts; expert `e` is on host `e mod hosts`
/// @param host number of this one
public record HostSpec(
        int modelWidth, int expertWidth, int experts, int hosts, int host, long seed) {
    /// Name of the model.
    public static final String MODEL = "test";

    /// The whole layer, as one process has it.
    public ExpertParameters layer() {
        ExpertKernel kernel = new SwiGluKernel(modelWidth, expertWidth);
        return ExpertParameters.normal("experts", kernel, experts, 0.2, seed);
    }

    /// This host's experts, ascending.
    public int[] own() {
        return java.util.stream.IntStream.range(0, experts)
                .filter(e -> e % hosts == host)
                .toArray();
    }

    /// This host's arithmetic.
    public TorchArithmetic arithmetic() {
        ExpertParameters all = layer();
        int[] own = own();
        Tensor value;
        try (Scope scope = Scope.open()) {
            Tensor rows = all.parameter().value().index_select(0, Tensors.of(own, own.length));
            value = scope.keep(rows.contiguous());
        }
        var parameters = new ExpertParameters("experts", all.kernel(), value);
        return new TorchArithmetic(
                parameters, KernelSettings.of(Precision.FLOAT32), new AdamWExpertOptimizer());
    }

    /// A host of layer 0 with this arithmetic.
    public HostSetup setup(TorchArithmetic arithmetic) {
        return new HostSetup(
                MODEL,
                Map.of(0, new HostedLayer(own(), arithmetic)),
                HostLimits.standard(),
                new Random(host));
    }

    /// The peer of a host.
    public static PeerId peer(int host) {
        return new PeerId("%064x".formatted(host + 1));
    }

    /// SHA-256 of the weights of each of the given rows.
    public static String hash(Tensor values, int row) {
        float[] floats;
        try (Scope scope = Scope.open()) {
            floats = Tensors.toFloats(values.select(0, row));
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(floats.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(floats);
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
