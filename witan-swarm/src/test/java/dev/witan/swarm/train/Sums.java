// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.train;

import dev.witan.model.tokenizer.ByteTokenizer;
import dev.witan.train.data.Domain;
import dev.witan.train.data.TrainingData;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/// A text of short sums, the same each time.
final class Sums {
    private Sums() {}

    static TrainingData data(Path folder) throws IOException {
        var random = new Random(3);
        var text = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            int a = random.nextInt(50);
            int b = random.nextInt(50);
            text.append(a).append(" + ").append(b).append(" = ").append(a + b).append('\n');
        }
        Path file = Files.writeString(folder.resolve("sums.txt"), text);
        return TrainingData.read(Domain.of(List.of(file)), new ByteTokenizer());
    }
}
