// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

class JsonLinesTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-03-14T15:09:26Z"));

    @TempDir private Path folder;
    private Path file = Path.of("");

    @BeforeEach
    void nameFile() {
        file = folder.resolve("metrics.jsonl");
    }

    @Test
    void eventsComeBackAsTheyWere() throws IOException {
        List<TrainingEvent> events =
                List.of(
                        new StepMetrics(
                                1, 256, Double.NaN, 0.01, 1e-3, Double.POSITIVE_INFINITY, 5e3, 1.5),
                        new ValidationMetrics(1, 99, 2.5, 1.25),
                        RoutingMetrics.of(1, 0, 0, new long[] {3, 0, 1}),
                        RoutingMetrics.of(1, 0, 1, new long[] {0, 0})
                                .withDroppedFraction(0.25)
                                .withOverlapWithPrevious(0.5));
        try (var sink = new JsonLinesSink(JsonLinesWriter.create(file), CLOCK)) {
            for (TrainingEvent event : events) {
                sink.accept(event);
            }
        }
        assertThat(MetricsJson.read(file)).isEqualTo(events);
        assertThat(Files.readAllLines(file).getFirst())
                .startsWith("{\"event\":\"step\",\"time\":\"2026-03-14T15:09:26Z\",\"step\":1,");
    }

    @Test
    void everyLineIsInTheFileWhenTheCallReturns() throws IOException {
        try (var writer = JsonLinesWriter.create(file)) {
            writer.write(Map.of("step", 1));
            assertThat(Files.readString(file)).isEqualTo("{\"step\":1}\n");
        }
    }

    @Test
    void aNewFileNeverReplacesAnOldOne() throws IOException {
        Files.writeString(file, "{}\n");
        assertThatThrownBy(() -> JsonLinesWriter.create(file))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("{}\n");
    }

    @Test
    void resumingDropsLaterStepsAndATornLine() throws IOException {
        Files.writeString(
                file,
                "{\"note\":\"é\"}\n"
                        + "{\"step\":19}\n"
                        + "{\"step\":21}\n"
                        + "{\"step\":20, \"a\":1}\n"
                        + "{\"step\":2");
        try (var writer = JsonLinesWriter.resume(file, 20)) {
            writer.write(Map.of("step", 21));
        }
        assertThat(Files.readString(file))
                .isEqualTo(
                        "{\"note\":\"é\"}\n{\"step\":19}\n{\"step\":20, \"a\":1}\n{\"step\":21}\n");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void resumingSurvivesALineTornWithinACharacter() throws IOException {
        Files.write(file, new byte[] {'{', '}', '\n', '{', '"', (byte) 0xC3});
        JsonLinesWriter.resume(file, 5).close();
        assertThat(Files.readString(file)).isEqualTo("{}\n");
    }

    @Test
    void resumingEndsAWholeLineThatLacksItsNewline() throws IOException {
        Files.writeString(file, "{\"step\":1}");
        try (var writer = JsonLinesWriter.resume(file, 1)) {
            writer.write(Map.of("step", 2));
        }
        assertThat(Files.readAllLines(file)).containsExactly("{\"step\":1}", "{\"step\":2}");
    }

    @Test
    void resumingWithoutAFileBeginsOne() throws IOException {
        JsonLinesWriter.resume(file, 20).close();
        assertThat(file).isEmptyFile();
    }

    @Test
    void resumingAnEmptyFileKeepsItEmpty() throws IOException {
        Files.createFile(file);
        JsonLinesWriter.resume(file, 0).close();
        assertThat(file).isEmptyFile();
    }

    @Test
    void aBrokenLineInTheMiddleIsNamedAndNothingIsLost() throws IOException {
        String content = "{\"step\":1}\nbroken\n{\"step\":2}\n";
        Files.writeString(file, content);
        assertThatThrownBy(() -> JsonLinesWriter.resume(file, 20))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("metrics.jsonl line 2 is not a JSON object");
        assertThat(Files.readString(file)).isEqualTo(content);
    }

    @Test
    void onlyObjectsAreWritten() throws IOException {
        try (var writer = JsonLinesWriter.create(file)) {
            assertThatThrownBy(() -> writer.write(List.of(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must be a JSON object");
        }
        assertThat(file).isEmptyFile();
    }

    @Test
    void readingNamesTheLineThatIsNoEvent() throws IOException {
        Files.writeString(file, "{\"event\":\"later\"}\n{\"event\":\"step\",\"step\":-1}\n");
        assertThatThrownBy(() -> MetricsJson.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2 is not a training event");
        Files.writeString(file, "", StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(MetricsJson.read(file)).isEmpty();
    }
}
