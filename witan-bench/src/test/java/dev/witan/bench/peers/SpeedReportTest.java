// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class SpeedReportTest {
    @TempDir Path folder;
    private Path raw = Path.of("");

    @BeforeEach
    void samples() throws IOException {
        raw = Files.createDirectory(folder.resolve("raw"));
        for (int round = 1; round <= 2; round++) {
            write("speed-" + round + "-0-witan.json", "witan-0.1", "explicit", "9.0");
            write("speed-" + round + "-2-peer.json", "transformers-4.57.6", "separate", "9.0");
        }
        write("loss-0-witan.json", "witan-0.1", "explicit", "9.001");
        write("loss-2-peer.json", "transformers-4.57.6", "separate", "9.0");
    }

    @Test
    void theTablesNameEverySystemOnce() throws IOException {
        SpeedReport.write(folder);

        assertThat(folder.resolve("speed.md"))
                .content()
                .contains("| witan-0.1, explicit, float32 | 2 | 1024 | 1024 – 1024 | 3 |")
                .contains(
                        "| witan-0.1, explicit, float32 | transformers-4.57.6, separate, float32 "
                                + "| 1.00 | 1.00 – 1.00 | 1.5 | 1.00 | no |")
                .contains("| 1 | 0.001000 | 0 | 0.02 | yes |");
    }

    @Test
    void theDocumentKeepsEverySampleAsItWas() throws IOException {
        SpeedReport.write(folder);
        JsonNode document =
                new JsonMapper().readTree(Files.readString(folder.resolve("speed.json")));

        assertThat(document.get("samples").propertyNames()).hasSize(6);
        assertThat(document.at("/samples/loss-2-peer.json/extra").asInt()).isEqualTo(17);
        assertThat(document.at("/comparison/ratios/0/ofMedians").asDouble()).isEqualTo(1);
    }

    @Test
    void aRunThatDivergedShowsAsNotMet() throws IOException {
        write("loss-0-witan.json", "witan-0.1", "explicit", "NaN");

        assertThat(SpeedReport.write(folder).losses())
                .singleElement()
                .matches(difference -> !difference.met());
    }

    @Test
    void otherFilesAreLeftAlone() throws IOException {
        Files.writeString(raw.resolve("notes.txt"), "not a sample");

        assertThat(SpeedReport.write(folder).speeds()).hasSize(2);
    }

    @Test
    void aTruncatedSampleIsAnError() throws IOException {
        Files.writeString(raw.resolve("speed-3-2-peer.json"), "{\"system\": \"tr");

        assertThatThrownBy(() -> SpeedReport.write(folder)).isInstanceOf(JacksonException.class);
    }

    private void write(String name, String system, String form, String loss) throws IOException {
        Files.writeString(
                raw.resolve(name),
                """
                {"system": "%s", "form": "%s", "kernels": "float32", "warmup": 0,
                 "tokensPerStep": 2048, "lmLoss": [%s], "seconds": [2.0],
                 "peakRssBytes": 3145728, "extra": 17}
                """
                        .formatted(system, form, loss));
    }
}
