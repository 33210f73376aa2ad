// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.witan.lab.statistics.PairedDifference;
import dev.witan.moe.layer.ChainConfig;
import dev.witan.train.data.DataException;

import org.junit.jupiter.api.BeforeAll;
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
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChainExperimentTest {
    private static final ChainSystem MIXTURE =
            new ChainSystem("mixture", "MoE(2/5)", 2, 5, 2, 8, false, ChainConfig.asCoded(1));
    private static final ChainSystem CHAIN =
            new ChainSystem("chain", "CoE-2(1/5)", 2, 5, 1, 8, false, ChainConfig.asCoded(2));

    /// Two layers, 12 steps of 2 rows of 16 bytes.
    private static final ChainBudget TINY =
            new ChainBudget(
                    "tiny",
                    new ChainShape(256, 16, 2, 16),
                    370,
                    2,
                    1e-2,
                    3,
                    200,
                    List.of(1L, 2L),
                    List.of(MIXTURE, CHAIN),
                    List.of(new ChainComparison("chain", "mixture", "does it help?", -0.0747)),
                    List.of(new ChainGroup("both", "Both", List.of("mixture", "chain"))));

    private Path folder;
    private ChainReport report;
    private final List<ChainListener.Progress> progress = new ArrayList<>();

    @BeforeAll
    void runOnce(@TempDir Path shared) throws Exception {
        folder = shared;
        report = experiment(folder).run(progress::add);
    }

    private static ChainExperiment experiment(Path folder) {
        return new ChainExperiment(TINY, ChainData.generated(TINY), folder);
    }

    @Test
    void trainsEverySystemWithEverySeedAndSaysHowFarItIs() throws IOException {
        assertThat(report.runs())
                .extracting(run -> run.key().system().name() + run.key().seed())
                .containsExactly("mixture1", "chain1", "mixture2", "chain2");
        assertThat(report.runs()).allMatch(run -> run.steps() == 12 && run.tokens() == 384);
        assertThat(experiment(folder).finishedRuns()).isEqualTo(4);
        assertThat(progress).hasSize(48);
        assertThat(progress.getLast().fraction()).isCloseTo(1, within(1e-9));
        assertThat(progress).extracting(ChainListener.Progress::fraction).isSorted();
    }

    @Test
    void lossFallsFromThatOfEqualOddsAndIsMeasuredAlongTheRun() {
        for (ChainRun run : report.runs()) {
            assertThat(run.curve()).hasSize(3);
            assertThat(run.curve())
                    .extracting(ChainRun.Measured::tokens)
                    .containsExactly(128L, 256L, 384L);
            assertThat(run.curve().getLast().flops()).isEqualTo(run.flops());
            assertThat(run.validationLoss())
                    .isEqualTo(run.curve().getLast().validationLoss())
                    .isLessThan(run.curve().getFirst().validationLoss())
                    .isBetween(1.0, Math.log(256));
            assertThat(run.trainingLoss()).hasSize(12);
            assertThat(run.skippedSteps()).isZero();
        }
    }

    @Test
    void loadsAreOfEveryLayerAndIteration() {
        ChainRun chain = report.runs().get(1);
        assertThat(chain.loads()).hasSize(4);
        assertThat(chain.loads())
                .allMatch(load -> load.maxOverMean() >= 1)
                .allMatch(load -> (load.iteration() == 0) == (load.overlap() == null));
        assertThat(report.systems().getFirst().overlap()).isNull();
        assertThat(Objects.requireNonNull(report.systems().get(1).overlap())).isBetween(0.0, 1.0);
    }

    @Test
    void differenceIsThatOfThePairs() {
        PairedDifference difference = report.comparisons().getFirst().difference();
        double first = loss(1) - loss(0);
        double second = loss(3) - loss(2);
        assertThat(difference.mean()).isCloseTo((first + second) / 2, within(1e-12));
        assertThat(Objects.requireNonNull(difference.halfWidth()))
                .isCloseTo(12.7062047 * Math.abs(first - second) / 2, within(1e-6));
    }

    private double loss(int run) {
        return report.runs().get(run).validationLoss();
    }

    @Test
    void goesOnWithTheRunsThatAreMissingAndGivesTheSameLosses() throws Exception {
        Path other = Files.createTempDirectory(folder, "resumed");
        var stopped = new ArrayList<ChainListener.Progress>();
        assertThatThrownBy(() ->
                        experiment(other)
                                .run(now -> {
                                    stopped.add(now);
                                    if (stopped.size() == 30) {
                                        Thread.currentThread().interrupt();
                                    }
                                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(stopped).hasSize(30);
        assertThat(runFiles(other)).containsExactly("chain-1.json", "mixture-1.json");
        FileTime written = Files.getLastModifiedTime(other.resolve("runs/chain-1.json"));

        var resumed = new ArrayList<ChainListener.Progress>();
        ChainReport again = experiment(other).run(resumed::add);
        assertThat(resumed).hasSize(24);
        assertThat(resumed.getFirst().finishedRuns()).isEqualTo(2);
        assertThat(Files.getLastModifiedTime(other.resolve("runs/chain-1.json")))
                .isEqualTo(written);
        assertThat(again.runs().stream().map(ChainRun::curve).map(ChainExperimentTest::losses))
                .isEqualTo(
                        report.runs().stream()
                                .map(ChainRun::curve)
                                .map(ChainExperimentTest::losses)
                                .toList());
    }

    private static List<Double> losses(List<ChainRun.Measured> curve) {
        return curve.stream().map(ChainRun.Measured::validationLoss).toList();
    }

    private static List<String> runFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("runs"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void runsOfAnotherExperimentAndDamagedOnesAreRefused() throws IOException {
        Path other = Files.createTempDirectory(folder, "refused");
        var changed = TINY.withTokens(371);
        Files.createDirectories(other.resolve("runs"));
        Path file = other.resolve("runs/mixture-1.json");
        Files.copy(folder.resolve("runs/mixture-1.json"), file);
        assertThat(experiment(other).finishedRuns()).isEqualTo(1);
        assertThatThrownBy(() ->
                        new ChainExperiment(changed, ChainData.generated(changed), other)
                                .run(_ -> {}))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("mixture-1.json: is of an experiment with other settings");
        Files.writeString(file, Files.readString(file).substring(0, 100));
        assertThatThrownBy(() -> experiment(other).run(_ -> {}))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("mixture-1.json: is damaged");
    }

    @Test
    void textFilesTakeThePlaceOfGeneratedText() throws Exception {
        Path text = folder.resolve("text.txt");
        Files.writeString(text, "the quick brown fox jumps over the lazy dog. ".repeat(20));
        ChainBudget one = TINY.withSeeds(1);
        ChainReport other =
                new ChainExperiment(
                                one,
                                ChainData.files(text, text, one),
                                Files.createTempDirectory(folder, "files"))
                        .run(_ -> {});
        assertThat(other.data()).contains("text.txt", "0.41 epochs", "200 bytes spread over");
        assertThat(other.comparisons().getFirst().difference().halfWidth()).isNull();
        assertThat(other.text()).contains("one seed: a difference without an interval");
        Path tooShort = Files.writeString(folder.resolve("short.txt"), "too short");
        assertThatThrownBy(() -> ChainData.files(text, tooShort, one))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("short.txt: 9 bytes are too few");
    }

    @Test
    void textHasPublishedNumbersAndFitsItsWidth() {
        assertThat(report.text())
                .contains("1.1958", "1.1211", "91.21", "91.62", "3.8E+104", "2.2E+42")
                .contains("CoE-2(1/5) - MoE(2/5): does it help?", "± ", "95 % interval")
                .doesNotContain("NaN", "null");
        assertThat(report.text().lines()).allMatch(line -> line.length() <= 120);
    }

    @Test
    void jsonIsOneDocumentWithSettingsRowsAndSummary() {
        JsonNode json = JsonMapper.shared().readTree(report.json());
        assertThat(json.propertyNames())
                .containsExactly(
                        "settings",
                        "data",
                        "threads",
                        "systems",
                        "comparisons",
                        "combinations",
                        "published",
                        "remarks",
                        "runs");
        assertThat(json.get("runs")).hasSize(4);
        assertThat(json.at("/runs/0/validationLoss").doubleValue()).isEqualTo(loss(0));
        assertThat(json.at("/combinations/0/chain").bigIntegerValue())
                .isEqualTo(java.math.BigInteger.valueOf(635_376).pow(2));
        assertThat(report.json()).doesNotContain("NaN", "\r").endsWith("}\n");
    }

    @Test
    void writesReportsPageAndDrawings() throws Exception {
        Path out = folder.resolve("a").resolve("b");
        report.writeTo(out);
        assertThat(out.resolve("report.txt")).hasContent(report.text());
        assertThat(Files.readString(out.resolve("report.json"))).isEqualTo(report.json());
        assertThat(Files.readString(out.resolve("chain.html")))
                .contains("CoE-2(1/5) − MoE(2/5)", "<svg");
        assertThat(report.drawings())
                .containsOnlyKeys(
                        "loss-tokens-both.svg", "loss-flops-both.svg", "loss-seconds-both.svg");
        for (String svg : report.drawings().values()) {
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
            assertThat(svg).contains("MoE(2/5)", "CoE-2(1/5)").doesNotContain("NaN");
        }
    }
}
