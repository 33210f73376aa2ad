// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

final class ConsoleTest {
    record Row(int seed, double loss) {}

    @Test
    void errorIsAlwaysOneLine() {
        RecordedConsole recorded = RecordedConsole.plain();
        recorded.console().error("first\n  second\r\nthird\n");
        assertThat(recorded.err()).isEqualToIgnoringNewLines("witan: first second third");
        assertThat(recorded.err()).hasLineCount(1);
    }

    @Test
    void progressIsForTerminalsOnly() {
        RecordedConsole plain = RecordedConsole.plain();
        plain.console().progress("step 1");
        plain.console().clearProgress();
        assertThat(plain.err()).isEmpty();

        RecordedConsole terminal = RecordedConsole.terminal();
        terminal.console().progress("step 1");
        terminal.console().clearProgress();
        assertThat(terminal.err()).isEqualTo("\r\033[Kstep 1\r\033[K");
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void jsonIsOneDocument() {
        RecordedConsole recorded = RecordedConsole.plain();
        recorded.console().json(List.of(new Row(7, 1.25)));
        assertThat(recorded.out().replaceAll("\\s", "")).isEqualTo("[{\"seed\":7,\"loss\":1.25}]");
        assertThat(recorded.err()).isEmpty();
    }
}
