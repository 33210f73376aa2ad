// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import picocli.CommandLine;
import picocli.CommandLine.Help;

import java.io.PrintWriter;
import java.util.List;

/// Every command of `witan`; the one place where a new one is listed.
final class Commands {
    private Commands() {}

    /// The verbs in the order in which `witan --help` shows them.
    static List<WitanCommand> all(Console console) {
        return List.of(
                new TrainCommand(console),
                new EvalCommand(console),
                new RunCommand(console, Input.system()),
                new LabCommand(console));
    }

    /// The parser over all commands, with Witan's errors, exit codes and colours.
    static CommandLine commandLine(Console console) {
        return commandLine(console, all(console));
    }

    static CommandLine commandLine(Console console, List<? extends WitanCommand> verbs) {
        var line = new CommandLine(new Witan(console));
        verbs.forEach(verb -> line.addSubcommand(withSubcommands(verb)));
        Help.Ansi ansi = console.outTerminal() && console.colours() ? Help.Ansi.ON : Help.Ansi.OFF;
        return line.setOut(new PrintWriter(console.out(), true, console.out().charset()))
                .setErr(new PrintWriter(console.err(), true, console.err().charset()))
                .setColorScheme(Help.defaultColorScheme(ansi))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(new UsageErrors(console))
                .setExecutionExceptionHandler(
                        (thrown, command, _) -> Witan.report(console, command, thrown));
    }

    private static CommandLine withSubcommands(WitanCommand verb) {
        var line = new CommandLine(verb);
        verb.subcommands().forEach(line::addSubcommand);
        return line;
    }
}
