// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// A configuration that trains a step in milliseconds, and text for it.
public final class TinyTraining {
    private TinyTraining() {}

    /// A chain of two iterations over seven experts, with settings on top.
    public static TrainConfig config(String... settings) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "model.layers=2",
                                "model.hidden=16",
                                "model.heads=2",
                                "model.keyValueHeads=2",
                                "model.headWidth=8",
                                "model.context=16",
                                "model.feedForward.kind=chain",
                                "model.feedForward.width=8",
                                "model.feedForward.sharedWidth=8",
                                "model.feedForward.chain.iterations=2",
                                "model.feedForward.router.experts=7",
                                "batchSize=4",
                                "steps=40",
                                "schedule.peak=0.01",
                                "evaluation.every=0",
                                "checkpoint.every=0"));
        all.addAll(Arrays.asList(settings));
        return TrainConfig.reader().fromDefaults(all);
    }

    /// Writes a text of short sums, the same each time.
    public static Path text(Path file, int lines) throws java.io.IOException {
        var random = new Random(3);
        var text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            int a = random.nextInt(50);
            int b = random.nextInt(50);
            text.append(a).append(" + ").append(b).append(" = ").append(a + b).append('\n');
        }
        return Files.writeString(file, text);
    }
}
