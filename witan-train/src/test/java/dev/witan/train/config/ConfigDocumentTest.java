// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigDocumentTest {
    private static ConfigNode value(String yaml) {
        var root = (ConfigNode.Mapping) ConfigDocument.parse("test", "a: " + yaml);
        return java.util.Objects.requireNonNull(root.entries().get("a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "010",
                "0x1F",
                "1_000",
                "1:30",
                "yes",
                "on",
                "1e-3",
                ".5",
                "1.",
                "+3",
                "2026-01-01",
                "true",
                "-0.0",
                "12345678901234567890123"
            })
    void scalarsKeepTheirWriting(String text) {
        assertThat(value(text)).isEqualTo(new ConfigNode.Scalar(text));
        assertThat(value('"' + text + '"')).isEqualTo(new ConfigNode.Scalar(text));
    }

    @Test
    void nullsAreToldFromTexts() {
        assertThat(value("null")).isEqualTo(new ConfigNode.Null());
        assertThat(value("")).isEqualTo(new ConfigNode.Null());
        assertThat(value("~")).isEqualTo(new ConfigNode.Scalar("~"));
        assertThat(value("\"null\"")).isEqualTo(new ConfigNode.Scalar("null"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`a: 1\na: 2`|uplicate",
                "`a: {b: 1, b: 2}`|uplicate",
                "`a: &x 1\nb: *x`|anchors and aliases are not allowed",
                "`a: &x [1]`|anchors and aliases are not allowed",
                "`a: *x`|anchors and aliases are not allowed",
                "`&x a: 1`|test:1:",
                "`a: !!binary aGk=`|tags are not allowed",
                "`a: !java.net.URL [x]`|tags are not allowed",
                "`a: 1\n---\na: 2`|more than one YAML document",
                "`a: 'x`|test:1:",
                "`a: b: c`|test:1:",
                "`[1]: 2`|test:1:",
                "`{{}: 2}`|test:1:",
                "`a: \u0001`|test",
                "`\t a: 1`|test:1:",
            })
    void refusesInOneLine(String yaml, String reason) {
        assertThatThrownBy(() -> ConfigDocument.parse("test", yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("test")
                .hasMessageContaining(reason)
                .hasMessageNotContaining("\n");
    }

    @Test
    void boundsDepthSizeAndCount() {
        int depth = ConfigDocument.DEPTH_MAX;
        assertThatThrownBy(() ->
                        ConfigDocument.parse("test", "[".repeat(depth + 1) + "]".repeat(depth + 1)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("nested deeper than 32 levels");
        assertThatThrownBy(() ->
                        ConfigDocument.parse("test", "[".repeat(ConfigDocument.TEXT_LENGTH_MAX)))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> ConfigDocument.parse("test", "[" + "1,".repeat(20_001) + "]"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("more than 20000 values");
        assertThatThrownBy(() ->
                        ConfigDocument.parse(
                                "test", " ".repeat(ConfigDocument.TEXT_LENGTH_MAX + 1)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("test: larger than 1048576 characters");
    }

    /// Nine levels of nine references each would be 9^9 values.
    @Test
    void refusesTheBillionLaughs() {
        var yaml = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 10; i++) {
            String references = ("*a" + (i - 1) + ", ").repeat(9);
            yaml.append("a%d: &a%d [%s]%n".formatted(i, i, references));
        }
        assertThatThrownBy(() -> ConfigDocument.parse("test", yaml.toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("test:1:5: anchors and aliases are not allowed");
    }
}
