// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

class FanOutSinkTest {
    private static final TrainingEvent EVENT = new ValidationMetrics(1, 2, 3, 4);

    /// Notes what it is given, then fails if it has a message.
    private record Notes(List<String> seen, String failure) implements MetricsSink {
        @Override
        public void accept(TrainingEvent event) throws IOException {
            note("event " + event.step());
        }

        @Override
        public void close() throws IOException {
            note("close");
        }

        private void note(String what) throws IOException {
            seen.add(what);
            if (!failure.isEmpty()) {
                throw new IOException(failure);
            }
        }
    }

    @Test
    void everySinkGetsEveryEventThoughEarlierOnesFail() throws IOException {
        var first = new Notes(new ArrayList<>(), "disk full");
        var second = new Notes(new ArrayList<>(), "gone");
        var third = new Notes(new ArrayList<>(), "");
        var fan = new FanOutSink(List.of(first, second, third));

        assertThatThrownBy(() -> fan.accept(EVENT))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThatThrownBy(fan::close).hasMessage("disk full");
        assertThat(third.seen()).containsExactly("event 1", "close");
    }

    @Test
    void noSinksAreFine() throws IOException {
        try (var fan = new FanOutSink(List.of())) {
            fan.accept(EVENT);
        }
    }
}
