// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        writeWeights(shape, folder.resolve("init.safetensors"), generator(seed));
        writeBatches(
                shape.vocabulary(), steps, folder.resolve("batches.safetensors"), generator(~seed));
    }

    private static void writeWeights(OlmoeShape shape, Path file, RandomGenerator random)
            throws IOException {
        List<OlmoeShape.Weight> weights = shape.weights();
        var header = new TensorFileHeader();
        weights.forEach(weight -> header.add(weight.name(), "F32", weight.shape()));
        try (var out = new LittleEndianOutput(file)) {
            out.write(header.bytes());
            for (OlmoeShape.Weight weight : weights) {
                for (int i = 0; i < weight.size(); i++) {
                    double value = weight.norm() ? 1 : INITIAL_DEVIATION * random.nextGaussian();
                    out.write((float) value);
                }
            }
        }
    }

    private static void writeBatches(int vocabulary, int steps, Path file, RandomGenerator random)
            throws IOException {
        var header = new TensorFileHeader();
        header.add("tokens", "I64", List.of(steps, BATCH, LENGTH + 1));
        var chain = new TokenChain(vocabulary, random);
        try (var out = new LittleEndianOutput(file)) {
            out.write(header.bytes());
            for (int row = 0; row < steps * BATCH; row++) {
                for (long token : chain.sequence(LENGTH + 1, random)) {
                    out.write(token);
                }
            }
        }
    }

    private static RandomGenerator generator(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
