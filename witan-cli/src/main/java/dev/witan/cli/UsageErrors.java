// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import dev.witan.train.config.DidYouMean;

import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.util.ArrayList;
import java.util.List;

/// Words a wrong command line in one line that names the word at fault and where help is.
final class UsageErrors implements IParameterExceptionHandler {
    private final Console console;

    UsageErrors(Console console) {
        this.console = console;
    }

    @Override
    public int handleParseException(ParameterException thrown, String[] args) {
        CommandLine command = thrown.getCommandLine();
        String message =
                thrown instanceof UnmatchedArgumentException unmatched
                        ? unmatched(unmatched)
                        : String.valueOf(thrown.getMessage());
        console.error(message + " (see '" + command.getCommandSpec().qualifiedName() + " --help')");
        if (Witan.verbose(command)) {
            thrown.printStackTrace(console.err());
        }
        return ExitCodes.USAGE;
    }

    private static String unmatched(UnmatchedArgumentException thrown) {
        CommandSpec spec = thrown.getCommandLine().getCommandSpec();
        String word = thrown.getUnmatched().getFirst();
        if (word.startsWith("-")) {
            String name = word.replaceFirst("=.*", "");
            return "unknown option '" + name + "'" + DidYouMean.question(name, optionNames(spec));
        }
        List<String> verbs = List.copyOf(spec.subcommands().keySet());
        return verbs.isEmpty() && spec.parent() != null
                ? "unexpected argument '" + word + "'"
                : "unknown command '" + word + "'" + DidYouMean.question(word, verbs);
    }

    private static List<String> optionNames(CommandSpec spec) {
        var names = new ArrayList<String>();
        for (OptionSpec option : spec.options()) {
            names.addAll(
                    option.longestName().startsWith("--") ? List.of(option.names()) : List.of());
        }
        return names;
    }
}
