// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The commands and flags are frozen in `cli-surface.txt`: changing one is a decision that shows in
/// the diff. With `-Dwitan.surface=write` the test writes the file anew.
final class CliSurfaceTest {
    private static final Path FILE = Path.of("src/test/resources/dev/witan/cli/cli-surface.txt");

    private static CommandLine commands() {
        return Commands.commandLine(RecordedConsole.plain().console());
    }

    @Test
    void commandsAndFlagsAreAsFrozen() throws IOException {
        var lines = new ArrayList<String>();
        list(commands(), lines);
        if ("write".equals(System.getProperty("witan.surface"))) {
            Files.write(FILE, lines);
        }
        assertThat(lines).hasSizeGreaterThan(3).isEqualTo(Files.readAllLines(FILE));
    }

    @Test
    void everyVerbHasADescriptionAndTwoExamples() {
        for (CommandLine verb : commands().getSubcommands().values()) {
            var usage = verb.getCommandSpec().usageMessage();
            String name = verb.getCommandSpec().qualifiedName();
            assertThat(usage.description()).as(name).isNotEmpty();
            if (verb.getSubcommands().isEmpty()) {
                assertThat(usage.footer())
                        .as("examples of " + name)
                        .filteredOn(line -> line.strip().startsWith(name))
                        .hasSizeGreaterThanOrEqualTo(2);
            }
        }
    }

    private static void list(CommandLine command, List<String> lines) {
        CommandSpec spec = command.getCommandSpec();
        String name = spec.qualifiedName();
        lines.add(name);
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            lines.add(name + " " + parameter.paramLabel() + " arity " + parameter.arity());
        }
        spec.options().stream()
                .sorted(Comparator.comparing(OptionSpec::longestName))
                .forEach(option -> lines.add(name + " " + flag(option)));
        command.getSubcommands().values().stream()
                .distinct()
                .sorted(Comparator.comparing((CommandLine sub) -> sub.getCommandName()))
                .forEach(sub -> list(sub, lines));
    }

    private static String flag(OptionSpec option) {
        String value = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
        return String.join(" ", option.names()) + value + (option.required() ? " required" : "");
    }
}
