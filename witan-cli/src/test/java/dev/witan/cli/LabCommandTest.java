// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class LabCommandTest {
    private final RecordedConsole recorded = RecordedConsole.plain();

    private int run(String... args) {
        Console console = recorded.console();
        return Witan.run(console, Commands.commandLine(console), args);
    }

    @Test
    void labAloneListsItsExperiments() {
        assertThat(run("lab")).isEqualTo(ExitCodes.OK);
        assertThat(recorded.out()).contains("Usage: witan lab", "vowels", "chain");
    }

    @Test
    void unknownExperimentAndBudgetAreUsageErrorsWithAProposal() {
        assertThat(run("lab", "vowel")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("lab", "chain", "--budget", "smal")).isEqualTo(ExitCodes.USAGE);
        assertThat(recorded.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("did you mean vowels?"),
                        line ->
                                assertThat(line)
                                        .contains(
                                                "unknown budget 'smal', did you mean small?",
                                                "witan lab chain --help"));
    }

    @Test
    void wrongNumbersAndHalfADataSetAreUsageErrors() {
        assertThat(run("lab", "chain", "--seeds", "0")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("lab", "chain", "--tokens", "-1")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("lab", "chain", "--data", "x.txt")).isEqualTo(ExitCodes.USAGE);
        assertThat(recorded.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("--seeds must be in [1, 100], was 0"),
                        line -> assertThat(line).contains("--tokens must be in", "was -1"),
                        line -> assertThat(line).contains("--data and --valid go together"));
    }

    @Test
    void missingTextIsOneLine(@TempDir Path folder) {
        String missing = folder.resolve("none.txt").toString();
        assertThat(run("lab", "chain", "--data", missing, "--valid", missing))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(recorded.err())
                .isEqualToIgnoringNewLines("witan: " + missing + ": no such file");
    }

    @Test
    @Tag("slow")
    void vowelsPrintOneDocumentAndWriteTheirFiles(@TempDir Path folder) throws IOException {
        assertThat(run("lab", "vowels", "--json", "--out", folder.toString()))
                .isEqualTo(ExitCodes.OK);
        JsonNode json = JsonMapper.shared().readTree(recorded.out());
        assertThat(json.at("/mixtureAgainstNetwork/p").doubleValue()).isLessThan(0.001);
        assertThat(Files.readString(folder.resolve("report.json"))).isEqualTo(recorded.out());
        assertThat(recorded.err()).isEmpty();
    }

    @Test
    @Tag("slow")
    void chainPrintsOneDocumentAndGoesOnFromFinishedRuns(@TempDir Path folder) throws IOException {
        String[] command = {
            "lab", "chain", "--tokens", "2048", "--seeds", "1", "--json", "--out", folder.toString()
        };
        assertThat(run(command)).isEqualTo(ExitCodes.OK);
        String first = recorded.out();
        assertThat(JsonMapper.shared().readTree(first).get("runs")).hasSize(6);
        assertThat(folder.resolve("chain.html")).exists();
        assertThat(run(command)).isEqualTo(ExitCodes.OK);
        assertThat(recorded.out()).isEqualTo(first + first);
        assertThat(recorded.err()).isEmpty();
    }
}
