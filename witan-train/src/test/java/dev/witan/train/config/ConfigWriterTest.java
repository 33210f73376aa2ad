// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;
import java.util.Set;

class ConfigWriterTest {
    @Test
    void yamlIsCanonical() {
        assertThat(ConfigWriter.yaml(SampleConfig.read("out=runs/a")))
                .isEqualTo(
                        """
                        model:
                          layers: 4
                          dropout: 0.1
                          scale: 2.0
                          tied: true
                          precision: bfloat16-mixed
                          router:
                            experts: 8
                            topK: 2
                        schedule:
                          kind: warm-cosine
                          warmup: 10
                          floor: 0.001
                        out: runs/a
                        notes:
                        - one
                        - "null"
                        - "1.0"
                        phases: []
                        seed: 7
                        """);
        assertThat(ConfigWriter.json(SampleConfig.read()))
                .startsWith("{\n  \"model\" : {\n    \"layers\" : 4,")
                .contains("\"out\" : null", "\"kind\" : \"warm-cosine\"", "\"1.0\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "null", "~", "true", "yes", "007", "1e3", "-", "- a", "a: b", "a #b", "#c",
                "{x}", "[y", "*z", "&z", "!t", "'q", "\"", "\\", "%", "@", "`", "two\nlines\n",
                        "\ttab",
                "é😀", "a\u0007b", "\u0085", "---", "...", " lead", "trail "
            })
    void whatIsWrittenIsReadBackEqual(String note) {
        var sample = SampleConfig.read("phases=[constant, {kind: linear, end: -0.0}]");
        var config =
                new SampleConfig(
                        sample.model(),
                        sample.schedule(),
                        Optional.empty(),
                        List.of(note, "x"),
                        sample.phases(),
                        Long.MIN_VALUE);
        var reader = SampleConfig.reader();
        assertThat(reader.fromText("yaml", ConfigWriter.yaml(config), List.of())).isEqualTo(config);
        assertThat(reader.fromText("json", ConfigWriter.json(config), List.of())).isEqualTo(config);
        assertThat(ConfigWriter.yaml(reader.fromText("yaml", ConfigWriter.yaml(config), List.of())))
                .isEqualTo(ConfigWriter.yaml(config));
    }

    @Test
    void diffNamesEveryKeyWithBothValues() {
        var before = SampleConfig.read();
        var after =
                SampleConfig.read("model.layers=6", "schedule=constant", "out=x", "notes=[one]");
        assertThat(ConfigDiff.between(before, before).isEmpty()).isTrue();
        assertThat(ConfigDiff.between(before, after).differences())
                .extracting(ConfigDiff.Difference::line)
                .containsExactly(
                        "model.layers: 4 before, 6 now",
                        "schedule.kind: warm-cosine before, constant now",
                        "schedule.warmup: 10 before, absent now",
                        "schedule.floor: 0.001 before, absent now",
                        "out: null before, x now",
                        "notes.1: null before, absent now",
                        "notes.2: 1.0 before, absent now");
        assertThat(
                        ConfigDiff.between(before, after)
                                .except(Set.of("model", "schedule", "notes", "ou"))
                                .differences())
                .extracting(ConfigDiff.Difference::key)
                .containsExactly("out");
    }

    @Test
    void diffReadsStoredTextWithoutItsType() {
        var config = SampleConfig.read();
        assertThat(ConfigDiff.between("yaml", ConfigWriter.yaml(config), config).isEmpty())
                .isTrue();
        assertThat(ConfigDiff.between("json", ConfigWriter.json(config), config).isEmpty())
                .isTrue();
        assertThat(ConfigDiff.between("old", "{seed: 7, gone: 1}", config).differences())
                .extracting(ConfigDiff.Difference::line)
                .startsWith("gone: 1 before, absent now", "model.layers: absent before, 4 now");
    }
}
