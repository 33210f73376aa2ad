// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

final class TrainCommandTest {
    private static final List<String> SMALL =
            List.of(
                    "model.layers=1",
                    "model.hidden=16",
                    "model.heads=2",
                    "model.keyValueHeads=2",
                    "model.headWidth=8",
                    "model.context=16",
                    "model.feedForward.width=8",
                    "model.feedForward.sharedWidth=8",
                    "steps=3");

    @TempDir private Path dir;
    private RecordedConsole recorded = RecordedConsole.plain();
    private Path text = Path.of("");
    private Path out = Path.of("");

    @BeforeEach
    void files() throws IOException {
        text = Files.writeString(dir.resolve("sums.txt"), "1 + 2 = 3\n3 + 5 = 8\n".repeat(60));
        out = dir.resolve("run");
    }

    private int run(Object... args) {
        recorded = RecordedConsole.plain();
        Console console = recorded.console();
        var words = new ArrayList<String>();
        for (Object arg : args) {
            words.add(arg.toString());
        }
        return Witan.run(console, Commands.commandLine(console), words.toArray(String[]::new));
    }

    private int train(Object... more) {
        var all = new ArrayList<Object>(List.of("train", "--preset", "chain-tiny"));
        all.addAll(List.of(more));
        all.addAll(List.of("--out", out));
        all.addAll(SMALL);
        return run(all.toArray());
    }

    private void assertOneLine(int expectedCode, int code, String part) {
        assertThat(recorded.err()).contains(part).hasLineCount(1).startsWith("witan: ");
        assertThat(code).isEqualTo(expectedCode);
        assertThat(recorded.out()).isEmpty();
    }

    @Test
    void trainsReportsAndEvaluates() throws IOException {
        assertThat(train("--data", text)).as(recorded.err()).isZero();
        assertThat(recorded.err()).contains("the last 5 % of each file is held out");
        assertThat(recorded.out())
                .contains(
                        "baseline", "order 4", "routed experts zeroed", "second iteration skipped")
                .contains("layer 0 iteration 1");
        assertThat(Files.readString(out.resolve("report.html"))).contains("<svg");
        assertThat(run("eval", out, "--data", text, "--json")).isZero();
        JsonNode result = JsonMapper.shared().readTree(recorded.out());
        assertThat(result.path("tokens").asLong()).isEqualTo(Files.size(text) - 1);
        assertThat(result.path("natsPerByte").asDouble()).isBetween(3.0, 7.0);
    }

    @Test
    void settingsMayFollowTheFilesAndJsonIsTheWholeOutput() {
        int code =
                run(
                        "train",
                        "--preset",
                        "chain-tiny",
                        "--json",
                        "--out",
                        out,
                        "--data",
                        text,
                        "steps=2",
                        "model.layers=1",
                        "model.context=16");
        assertThat(code).as(recorded.err()).isZero();
        JsonNode result = JsonMapper.shared().readTree(recorded.out());
        assertThat(result.path("step").asInt()).isEqualTo(2);
        assertThat(result.path("config").path("model").path("layers").asInt()).isEqualTo(1);
        assertThat(result.path("ablations").size()).isEqualTo(4);
    }

    @Test
    void resumingWithAnotherConfigurationListsTheKeys() {
        assertThat(train("--data", text)).isZero();
        assertOneLine(1, train("--data", text), "is not empty");
        assertOneLine(1, train("--data", text, "--resume", "seed=9"), "(seed: 1 before, 9 now)");
        assertThat(run("train", "--resume", "--out", out, "--data", text, "steps=4")).isZero();
        assertThat(recorded.err()).contains("resuming after step 3");
    }

    @Test
    void wrongTextIsNamed() throws IOException {
        Path empty = Files.createFile(dir.resolve("empty.txt"));
        Path latin = Files.write(dir.resolve("latin.txt"), new byte[] {'a', (byte) 0xE9, 'b'});
        assertOneLine(1, train("--data", dir.resolve("none.txt")), "none.txt: no such file");
        assertOneLine(1, train("--data", empty), "empty.txt: is empty");
        assertOneLine(1, train("--data", latin), "latin.txt: not UTF-8 at byte 1");
        assertThat(out).doesNotExist();
    }

    @Test
    void wrongConfigurationIsAUsageError() {
        assertOneLine(
                2,
                run("train", "--preset", "chain-tinny", "--data", text),
                "unknown preset chain-tinny, did you mean chain-tiny?");
        assertOneLine(2, train("--data", text, "stepps=3"), "did you mean steps?");
        assertOneLine(
                2,
                train("--data", text, "model.feedForward.router.topK=64"),
                "topK must be in [1, 63] (the number of experts), was 64");
        assertOneLine(2, train("--data", text, "batchSize=-1"), "batchSize must be >= 1, was -1");
        assertOneLine(2, run("train", "--data", text), "presets are chain-tiny");
        assertOneLine(2, train("--data", text, "--only-experts"), "--only-experts needs --from");
        assertThat(out).doesNotExist();
    }

    @Test
    void evaluationOfWhatIsNoModelIsOneLine() {
        assertOneLine(1, run("eval", dir, "--data", text), "not a model folder");
    }
}
