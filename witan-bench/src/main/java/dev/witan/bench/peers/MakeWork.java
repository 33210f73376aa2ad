// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import dev.witan.engine.safetensors.DType;
import dev.witan.engine.safetensors.SafetensorsWriter;
import dev.witan.engine.safetensors.TensorData;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Writes the work of the comparison from a seed: `init.safetensors` (float32 weights, norms one,
/// everything else normal with standard deviation 0.02) and `batches.safetensors` (`tokens`, I64
/// `[steps, 8, 257]`; the last column is only a target).
///
/// The same arguments give the same bytes. Nothing native is loaded.
public final class MakeWork {
    static final int BATCH = 8;
    static final int LENGTH = 256;
    private static final double INITIAL_DEVIATION = 0.02;

    private MakeWork() {}

    /// `MakeWork FOLDER SEED STEPS`.
    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            throw new IllegalArgumentException("usage: MakeWork FOLDER SEED STEPS");
        }
        write(
                OlmoeShape.REFERENCE,
                Path.of(args[0]),
                Long.parseLong(args[1]),
                Integer.parseInt(args[2]));
    }

    /// Writes both files of a model of this shape into the folder, which is created if absent.
    static void write(OlmoeShape shape, Path folder, long seed, int steps) throws IOException {
        if (steps < 1) {
            throw new IllegalArgumentException("steps must be at least 1, was " + steps);
        }
        Files.createDirectories(folder);
        SafetensorsWriter.write(
                folder.resolve("init.safetensors"), Map.of(), weights(shape, generator(seed)));
        SafetensorsWriter.write(
                folder.resolve("batches.safetensors"),
                Map.of(),
                List.of(batches(shape.vocabulary(), steps, generator(~seed))));
    }

    /// All of them in memory at once: they are drawn in the order of the layers, and the file has
    /// an order of its own.
    private static List<TensorData> weights(OlmoeShape shape, RandomGenerator random) {
        List<TensorData> tensors = new ArrayList<>();
        for (OlmoeShape.Weight weight : shape.weights()) {
            ByteBuffer bytes = littleEndian(weight.size(), Float.BYTES);
            FloatBuffer values = bytes.asFloatBuffer();
            while (values.hasRemaining()) {
                double value = weight.norm() ? 1 : INITIAL_DEVIATION * random.nextGaussian();
                values.put((float) value);
            }
            tensors.add(tensor(weight.name(), DType.F32, weight.shape(), bytes));
        }
        return tensors;
    }

    private static TensorData batches(int vocabulary, int steps, RandomGenerator random) {
        ByteBuffer bytes =
                littleEndian(Math.multiplyExact(steps, BATCH * (LENGTH + 1)), Long.BYTES);
        LongBuffer tokens = bytes.asLongBuffer();
        var chain = new TokenChain(vocabulary, random);
        while (tokens.hasRemaining()) {
            tokens.put(chain.sequence(LENGTH + 1, random));
        }
        return tensor("tokens", DType.I64, List.of(steps, BATCH, LENGTH + 1), bytes);
    }

    private static ByteBuffer littleEndian(int elements, int elementBytes) {
        return ByteBuffer.allocate(Math.multiplyExact(elements, elementBytes))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static TensorData tensor(
            String name, DType dtype, List<Integer> shape, ByteBuffer bytes) {
        List<Long> extents = shape.stream().map(Integer::longValue).toList();
        return TensorData.of(name, dtype, extents, MemorySegment.ofBuffer(bytes));
    }

    private static RandomGenerator generator(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
