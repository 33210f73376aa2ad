// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A configuration with every kind of key.
record SampleConfig(
        Model model,
        Schedule schedule,
        Optional<Path> out,
        List<String> notes,
        List<Schedule> phases,
        long seed) {
    enum Precision {
        FLOAT32,
        BFLOAT16_MIXED
    }

    record Model(
            int layers,
            double dropout,
            float scale,
            boolean tied,
            Precision precision,
            Router router) {
        Model {
            if (layers < 1) {
                throw new IllegalArgumentException("layers must be at least 1, was " + layers);
            }
        }
    }

    record Router(int experts, int topK) {
        Router {
            if (topK > experts) {
                throw new IllegalArgumentException(
                        "topK must be in [1, " + experts + "], was " + topK);
            }
            if (experts == 13) {
                throw new IllegalArgumentException("Thirteen\n  is refused");
            }
        }
    }

    sealed interface Schedule permits Constant, Decaying {}

    record Constant() implements Schedule {}

    sealed interface Decaying extends Schedule permits WarmCosine, Linear {}

    record WarmCosine(int warmup, double floor) implements Decaying {}

    record Linear(double end) implements Decaying {}

    static final String YAML =
            """
            model:
              layers: 4
              dropout: 0.1
              scale: 2
              tied: true
              precision: bfloat16-mixed
              router: {experts: 8, topK: 2}
            schedule:
              kind: warm-cosine
              warmup: 10
              floor: 1e-3
            notes: [one, "null", "1.0"]
            phases: []
            seed: 7
            """;

    static ConfigReader<SampleConfig> reader() {
        return ConfigReader.of(SampleConfig.class, new WarmCosine(100, 0.1));
    }

    static SampleConfig read(String... overrides) {
        return reader().fromText("test", YAML, List.of(overrides));
    }
}
