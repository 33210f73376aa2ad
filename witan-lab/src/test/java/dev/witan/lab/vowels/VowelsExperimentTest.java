// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import javax.xml.parsers.DocumentBuilderFactory;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VowelsExperimentTest {

    private static final VowelSettings SMALL = new VowelSettings(List.of(20.0), 3, 1_500, 0.08);

    private final List<Integer> progress = new ArrayList<>();
    private VowelsReport report;

    @BeforeAll
    void runOnce() throws InterruptedException {
        report = new VowelsExperiment(SMALL, 2).run((done, _) -> progress.add(done));
    }

    @Test
    void givesTheSameBytesWithOneThreadAndWithTwo() throws InterruptedException {
        VowelsReport again = new VowelsExperiment(SMALL, 1).run((_, _) -> {});
        assertThat(again.text()).isEqualTo(report.text());
        assertThat(again.json()).isEqualTo(report.json());
        assertThat(again.drawings()).isEqualTo(report.drawings());
    }

    @Test
    void trainsEverySystemWithEverySeedAndSaysHowFarItIs() {
        assertThat(report.runs()).hasSize(6 * 3);
        assertThat(progress).isEqualTo(IntStream.rangeClosed(1, 18).boxed().toList());
        assertThat(report.runs().stream().map(VowelRun::seed)).startsWith(1, 2, 3, 1, 2, 3);
        assertThat(report.runs())
                .allMatch(run -> run.converged() == run.meanSquaredError() <= 0.08)
                .allMatch(run -> run.converged() || run.epochs() == 1_500)
                .allMatch(run -> run.trainAccuracy() > 0.4 && run.trainAccuracy() <= 1);
    }

    @Test
    void mixtureOfFourConvergesWithFewActiveExperts() {
        SystemResult four = report.systems().getFirst();
        assertThat(four.system()).isEqualTo("mixture of 4");
        SystemResult.Best best = Objects.requireNonNull(four.best());
        assertThat(best.trainAccuracy().mean()).isGreaterThan(0.85);
        assertThat(Objects.requireNonNull(best.activeExperts()).mean()).isBetween(2.0, 4.0);
        assertThat(report.systems().get(2).best())
                .satisfiesAnyOf(
                        b -> assertThat(b).isNull(), b -> assertThat(b.activeExperts()).isNull());
    }

    @Test
    void countsParametersAsStated() {
        assertThat(report.systems().stream().map(SystemResult::parameterCount))
                .containsExactly(24, 48, 25, 49);
    }

    @Test
    void jsonIsOneDocumentWithSettingsRowsAndSummary() {
        JsonNode json = JsonMapper.shared().readTree(report.json());
        assertThat(json.propertyNames())
                .containsExactly(
                        "settings",
                        "systems",
                        "ablations",
                        "mixtureAgainstNetwork",
                        "eightAgainstFour",
                        "ratio",
                        "caveats",
                        "runs");
        assertThat(json.get("runs")).hasSize(18);
        assertThat(json.at("/settings/seeds").intValue()).isEqualTo(3);
        assertThat(json.at("/systems/0/published/meanEpochs").intValue()).isEqualTo(1124);
        assertThat(json.at("/runs/0/epochs").intValue())
                .isEqualTo(report.runs().getFirst().epochs());
        assertThat(report.json()).doesNotContain("NaN", "\r").endsWith("}\n");
    }

    @Test
    void textHasPublishedNumbersBesideOursAndFitsItsWidth() {
        assertThat(report.text())
                .contains("ε=20", "1124 ± 23", "2209 ± 83", "1083 ± 12", "2435 ± 124")
                .contains("speaker 76 dropped", "fixed beforehand");
        assertThat(report.text().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void drawingsAreWellFormedAndHoldEveryToken() throws Exception {
        assertThat(report.drawings())
                .containsOnlyKeys("decision-lines-mixture-4.svg", "decision-lines-mixture-8.svg");
        for (String svg : report.drawings().values()) {
            var document =
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
            assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(404);
            assertThat(svg)
                    .contains("class=\"gate\"", "class=\"expert own\"")
                    .doesNotContain("NaN");
        }
    }

    @Test
    void writesEverythingIntoAFolder(@TempDir Path folder) throws IOException {
        Path out = folder.resolve("a").resolve("b");
        report.writeTo(out);
        assertThat(out.resolve("report.txt")).hasContent(report.text());
        assertThat(Files.readString(out.resolve("report.json"))).isEqualTo(report.json());
        assertThat(out.resolve("decision-lines-mixture-4.svg")).exists();
        assertThat(out.resolve("decision-lines-mixture-8.svg")).exists();
    }

    @Test
    void saysSoIfNoStepSizeLetsAllRunsConverge() throws InterruptedException {
        var hopeless = new VowelSettings(List.of(1.0, 2.0), 2, 3, 0.08);
        VowelsReport none = new VowelsExperiment(hopeless, 2).run((_, _) -> {});
        assertThat(none.ratio()).isNull();
        assertThat(none.mixtureAgainstNetwork()).isNull();
        assertThat(none.drawings()).isEmpty();
        assertThat(none.text()).contains("never all", "not possible", "0/2");
        assertThat(none.json()).contains("\"ratio\" : null");
    }

    @Test
    void anInterruptEndsIt() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> new VowelsExperiment(SMALL, 1).run((_, _) -> {}))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void refusesSettingsOutOfRange() {
        assertThatThrownBy(() -> new VowelSettings(List.of(), 2, 1, 1))
                .hasMessageStartingWith("learningRates must be positive");
        assertThatThrownBy(() -> new VowelSettings(List.of(2.0, 1.0), 2, 1, 1))
                .hasMessageStartingWith("learningRates must ascend");
        assertThatThrownBy(() -> new VowelSettings(List.of(1.0), 1, 1, 1))
                .hasMessage("seeds must be at least 2, was 1");
        assertThatThrownBy(() -> new VowelSettings(List.of(1.0), 2, 0, 1))
                .hasMessage("maxEpochs must be at least 1, was 0");
        assertThatThrownBy(() -> new VowelSettings(List.of(1.0), 2, 1, Double.NaN))
                .hasMessage("criterion must be positive, was NaN");
        assertThatThrownBy(() -> new VowelsExperiment(SMALL, 0))
                .hasMessage("threads must be at least 1, was 0");
    }

    /// The published claim, with the published settings.
    @Test
    @Tag("slow")
    void mixtureOfFourNeedsFewerEpochsThanSixHiddenUnits() throws InterruptedException {
        VowelsReport full = new VowelsExperiment().run((_, _) -> {});
        PooledTest test = Objects.requireNonNull(full.mixtureAgainstNetwork());
        assertThat(full.runs()).hasSize(6 * 6 * 25);
        assertThat(test.degreesOfFreedom()).isEqualTo(48);
        assertThat(test.difference()).isNegative();
        assertThat(test.p()).isLessThan(0.001);
    }
}
