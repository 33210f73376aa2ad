// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.train.config.SampleConfig.Constant;
import dev.witan.train.config.SampleConfig.Linear;
import dev.witan.train.config.SampleConfig.Model;
import dev.witan.train.config.SampleConfig.Precision;
import dev.witan.train.config.SampleConfig.Router;
import dev.witan.train.config.SampleConfig.WarmCosine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ConfigReaderTest {
    private static final SampleConfig SAMPLE =
            new SampleConfig(
                    new Model(4, 0.1, 2, true, Precision.BFLOAT16_MIXED, new Router(8, 2)),
                    new WarmCosine(10, 1e-3),
                    Optional.empty(),
                    List.of("one", "null", "1.0"),
                    List.of(),
                    7);

    @Test
    void readsEveryKindOfKey() {
        assertThat(SampleConfig.read()).isEqualTo(SAMPLE);
    }

    @Test
    void overridesReplaceValuesAndTheLaterOneWins() {
        var config =
                SampleConfig.read(
                        "model.layers=6",
                        "model.layers=5",
                        "model.precision=Float32",
                        "out=runs/a=b",
                        "notes=[x]",
                        "model.dropout=1e-3");
        assertThat(config.model().layers()).isEqualTo(5);
        assertThat(config.model().precision()).isEqualTo(Precision.FLOAT32);
        assertThat(config.out()).contains(Path.of("runs/a=b"));
        assertThat(config.notes()).containsExactly("x");
        assertThat(config.model().dropout()).isEqualTo(1e-3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"warm-cosine", "WarmCosine", "WARM_COSINE", "warmcosine"})
    void kindsAreReadInAnySpelling(String kind) {
        assertThat(SampleConfig.read("schedule.kind=" + kind).schedule())
                .isEqualTo(new WarmCosine(10, 1e-3));
    }

    @Test
    void textStandsForItsKindWithDefaults() {
        assertThat(SampleConfig.read("schedule=constant").schedule()).isEqualTo(new Constant());
        assertThat(SampleConfig.read("schedule=warm-cosine").schedule())
                .isEqualTo(new WarmCosine(100, 0.1));
        assertThat(SampleConfig.read("schedule=warm-cosine", "schedule.warmup=3").schedule())
                .isEqualTo(new WarmCosine(3, 0.1));
        assertThat(SampleConfig.read("phases=[constant, {kind: linear, end: 0.5}]").phases())
                .containsExactly(new Constant(), new Linear(0.5));
    }

    @Test
    void defaultsFillGapsAtAnyDepth() {
        var reader = ConfigReader.of(SampleConfig.class, SAMPLE, new Linear(0.25));
        assertThat(reader.fromDefaults(List.of())).isEqualTo(SAMPLE);
        assertThat(reader.fromText("test", "model: {router: {topK: 3}}", List.of()).model())
                .isEqualTo(new Model(4, 0.1, 2, true, Precision.BFLOAT16_MIXED, new Router(8, 3)));
        // Another kind does not inherit the keys of the default's kind.
        assertThat(reader.fromDefaults(List.of("schedule.kind=linear")).schedule())
                .isEqualTo(new Linear(0.25));
        assertThat(reader.fromDefaults(List.of("schedule=warmCosine")).schedule())
                .isEqualTo(new WarmCosine(10, 1e-3));
        assertThat(reader.fromDefaults(List.of("out=a", "out=null")).out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "model.layrs=4 | unknown key model.layrs, did you mean model.layers?",
                "modle.layers=4 | unknown key modle, did you mean model?",
                "layers=4 | unknown key layers, did you mean model.layers?",
                "model.topk=1 | unknown key model.topk, did you mean model.router.topK?",
                "model.router.zzz=4" + " | unknown key model.router.zzz, known are experts, topK",
                "schedule.kind=constant | unknown key schedule.warmup, known are kind",
                "schedule.warmpu=4 | unknown key schedule.warmpu, did you mean schedule.warmup?",
                "model.layers=four | model.layers must be a whole number, was 'four'",
                "model.layers=4.0 | model.layers must be a whole number, was '4.0'",
                "model.layers=0x4 | model.layers must be a whole number, was '0x4'",
                "model.layers=1_0 | model.layers must be a whole number, was '1_0'",
                "model.layers= | model.layers must be a whole number, was ''",
                "model.layers=null | model.layers must be a whole number, was 'null'",
                "model.layers=[1] | model.layers must be a whole number, was 'a list'",
                "model.layers=3000000000"
                        + " | model.layers must be in [-2147483648, 2147483647], was '3000000000'",
                "model.dropout=.nan | model.dropout must be a number, was '.nan'",
                "model.dropout=1e999 | model.dropout must be of size at most"
                        + " 1.7976931348623157E308, was '1e999'",
                "model.tied=yes | model.tied must be true or false, was 'yes'",
                "model.precision=float23 | model.precision must be one of float32, bfloat16-mixed,"
                        + " was 'float23', did you mean float32?",
                "model=4 | model must be keys with values, was '4'",
                "notes=one | notes must be a list, was 'one'",
                "schedule=cosin | schedule.kind must be one of constant, warm-cosine, linear, was"
                        + " 'cosin'",
                "schedule=konstant | schedule.kind must be one of constant, warm-cosine, linear,"
                        + " was 'konstant', did you mean constant?",
                "schedule=linear | missing key schedule.end (a number)",
                "schedule={} | missing key schedule.kind (one of constant, warm-cosine, linear)",
                "phases=[constant, {kind: linear, ende: 1}]"
                        + " | unknown key phases.1.ende, did you mean phases.1.end?",
                "model.layers=-1 | model.layers must be at least 1, was -1",
                "model.router.topK=9 | model.router.topK must be in [1, 8], was 9",
                "model.router.experts=13 | model.router: Thirteen is refused",
                "model.layers | 'model.layers' is no setting, write it as key=value, e.g. seed=7",
                "=4 | '=4' is no setting, write it as key=value, e.g. seed=7",
                "model..layers=4"
                        + " | 'model..layers=4' is no setting, write it as key=value, e.g. seed=7"
            })
    void wrongSettingsAreOneLine(String override, String message) {
        assertThatThrownBy(() -> SampleConfig.read(override))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void missingKeysAreNamed() {
        assertThatThrownBy(() ->
                        SampleConfig.reader().fromText("test", "model: {layers: 1}", List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("missing key model.dropout (a number)");
    }

    @Test
    void fileFaultsAreOneLine(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("a.yaml");
        var reader = SampleConfig.reader();
        assertThatThrownBy(() -> reader.fromFile(file, List.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage(file + ": no such file");
        for (var fault :
                Map.of(
                                " \n", ": is empty",
                                "[1]", ": must be keys with values",
                                "a: [", ":1:",
                                "\u00e9", ": not UTF-8")
                        .entrySet()) {
            Files.write(
                    file, fault.getKey().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> reader.fromFile(file, List.of()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith(file + fault.getValue())
                    .hasMessageNotContaining("\n");
        }
        Files.writeString(file, SampleConfig.YAML);
        assertThat(reader.fromFile(file, List.of())).isEqualTo(SAMPLE);
        Files.writeString(file, "#".repeat(ConfigDocument.TEXT_LENGTH_MAX + 1));
        assertThatThrownBy(() -> reader.fromFile(file, List.of()))
                .hasMessageContaining("larger than 1048576 bytes");
        assertThatThrownBy(() -> reader.fromFile(folder, List.of()))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void presetsAreFoundOrSuggested() {
        var presets = Presets.in("dev/witan/train/config/presets");
        assertThat(presets.names()).containsExactly("sample-tiny", "sample-large");
        assertThat(SampleConfig.reader().fromPreset(presets, "sample-tiny", List.of("seed=8")))
                .isEqualTo(SampleConfig.read("seed=8"));
        assertThatThrownBy(() -> presets.yaml("sample-tyni"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("unknown preset sample-tyni, did you mean sample-tiny?");
        assertThatThrownBy(() -> presets.yaml("../x"))
                .hasMessage("unknown preset ../x, known are sample-large, sample-tiny");
    }

    @Test
    void bundledPresetsAllExist() {
        var presets = Presets.bundled();
        for (String name : presets.names()) {
            assertThat(presets.yaml(name)).isNotBlank();
        }
    }

    @Test
    void refusesTypesThatConfigurationsCannotHold() {
        record Odd(Object anything) {}
        assertThatThrownBy(
                        () -> ConfigReader.of(Odd.class).fromText("test", "anything: 1", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Object");
        assertThatThrownBy(() -> ConfigReader.of(Odd.class, new Constant(), new Constant()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
