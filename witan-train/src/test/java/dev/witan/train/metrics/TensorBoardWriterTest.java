// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

class TensorBoardWriterTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-03-14T15:09:26.500Z"));

    @TempDir private Path folder;

    /// RFC 3720, appendix B.4, and the usual check value of the polynomial.
    @Test
    void checksumsMatchPublishedVectors() {
        assertThat(EventFileReader.crc32c("123456789".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(0xE3069283L);
        assertThat(EventFileReader.crc32c(new byte[32])).isEqualTo(0x8A9136AAL);
        int masked = TfRecord.maskedCrc(new byte[32], 32);
        assertThat(masked).isEqualTo(Integer.rotateRight(0x8A9136AA, 15) + 0xa282ead8);
        int shorter = TfRecord.maskedCrc("123456789xx".getBytes(StandardCharsets.US_ASCII), 9);
        assertThat(shorter).isEqualTo(Integer.rotateRight(0xE3069283, 15) + 0xa282ead8);
    }

    @Test
    void anIndependentReaderReadsScalarsBack() throws IOException {
        var scalars = List.of(new Scalar("a/b", 1.5), new Scalar("ünï", Double.NaN));
        Path file;
        try (var writer = TensorBoardWriter.open(folder.resolve("new/events"), CLOCK)) {
            file = writer.file();
            writer.scalars(0, scalars);
            writer.scalars(5_000_000_000L, List.of(new Scalar("a/b", -1e-3)));
            writer.scalars(7, List.of());
        }

        List<EventFileReader.Event> events = EventFileReader.read(file);

        assertThat(events).hasSize(4);
        assertThat(events.get(0).fileVersion).isEqualTo("brain.Event:2");
        assertThat(events.get(0).wallTime).isEqualTo(1773500966.5);
        assertThat(events.get(1).scalars)
                .containsEntry("a/b", 1.5f)
                .containsEntry("ünï", Float.NaN);
        assertThat(events.get(2).step).isEqualTo(5_000_000_000L);
        assertThat(events.get(2).scalars).containsExactly(Map.entry("a/b", -1e-3f));
        assertThat(events.get(3).scalars).isEmpty();
    }

    @Test
    void histogramsHoldABarPerExpert() throws IOException {
        Path file;
        try (var sink = new TensorBoardSink(TensorBoardWriter.open(folder, CLOCK))) {
            sink.accept(RoutingMetrics.of(3, 1, 0, new long[] {4, 0, 2}));
            file = onlyFile();
        }

        List<EventFileReader.Event> events = EventFileReader.read(file);

        String place = "/layer_1_iteration_0";
        assertThat(events.get(1).scalars)
                .containsEntry("routing/max_over_mean" + place, 2f)
                .containsEntry("routing/dead_experts" + place, 1f)
                .doesNotContainKey("routing/overlap" + place);
        var histogram = events.get(2).histograms.get("routing/tokens_per_expert" + place);
        assertThat(histogram)
                .isEqualTo(
                        new EventFileReader.Histogram(
                                List.of(-0.5, 2.5, 6.0, 4.0, 8.0),
                                List.of(0.5, 1.5, 2.5),
                                List.of(4.0, 0.0, 2.0)));
    }

    @Test
    void eventsCanBeReadWhileTheWriterIsOpen() throws IOException {
        try (var writer = TensorBoardWriter.open(folder, CLOCK)) {
            writer.scalars(1, List.of(new Scalar("x", 1)));
            assertThat(EventFileReader.read(writer.file())).hasSize(2);
        }
    }

    @Test
    void aResumedRunWritesANewFileThatForgetsLaterSteps() throws IOException {
        Path old;
        try (var writer = TensorBoardWriter.open(folder, CLOCK)) {
            old = writer.file();
            writer.scalars(25, List.of(new Scalar("x", 1)));
        }
        byte[] before = Files.readAllBytes(old);

        try (var writer = TensorBoardWriter.resume(folder, CLOCK, 20)) {
            assertThat(writer.file()).isNotEqualTo(old);
            assertThat(writer.file().getFileName().toString())
                    .matches("events\\.out\\.tfevents\\.1773500966\\.[A-Za-z0-9_-]+\\.\\d+\\.1");
            EventFileReader.Event start = EventFileReader.read(writer.file()).get(1);
            assertThat(start.sessionStart).isTrue();
            assertThat(start.step).isEqualTo(21);
        }
        assertThat(old).hasBinaryContent(before);
    }

    @Test
    void theReaderNoticesAnyFlippedBit() throws IOException {
        Path file;
        try (var writer = TensorBoardWriter.open(folder, CLOCK)) {
            file = writer.file();
        }
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 8; i < bytes.length; i++) {
            byte[] broken = bytes.clone();
            broken[i] ^= 4;
            Files.write(file, broken);
            assertThatThrownBy(() -> EventFileReader.read(file)).hasMessageContaining("checksum");
        }
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList().getFirst();
        }
    }
}
