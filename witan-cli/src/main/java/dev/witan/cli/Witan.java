// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/// The `witan` command: its entry point and what all verbs share.
@Command(
        name = "witan",
        versionProvider = VersionText.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "A decentralised mixture of experts: a council of experts with no king.",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage", "130:interrupted"},
        footerHeading = "%nExamples:%n",
        footer = {"  witan --version", "  witan --help"})
final class Witan implements Callable<Integer> {
    private final Console console;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // the parser acts on it
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the versions of Witan and the JDK, and the platform.")
    @SuppressWarnings("UnusedVariable") // the parser acts on it
    private boolean version;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Print the stack trace of an error.")
    private boolean verbose;

    Witan(Console console) {
        this.console = console;
    }

    public static void main(String[] args) {
        Console console = Console.system();
        AotCache.dropIfUnused();
        int code = run(console, Commands.commandLine(console), args);
        console.out().flush();
        System.exit(code);
    }

    /// Runs one command line and returns its exit code; nothing escapes it.
    static int run(Console console, CommandLine line, String... args) {
        int code;
        try {
            code = line.execute(args);
        } catch (Throwable thrown) { // the outermost boundary: memory and linkage errors end here
            code = report(console, line, thrown);
        }
        return code == ExitCodes.OK && console.out().checkError() ? resultLost(console) : code;
    }

    /// Print streams do not throw: without this a result that a full disk swallowed looks
    /// delivered.
    private static int resultLost(Console console) {
        console.error(
                "standard output could not be written: its disk is full or its reader has gone");
        return ExitCodes.FAILED;
    }

    /// `witan` alone shows its help.
    @Override
    public Integer call() {
        spec.commandLine().usage(console.out());
        return ExitCodes.OK;
    }

    /// Prints what ended a command and returns the exit code for it.
    static int report(Console console, CommandLine command, Throwable thrown) {
        console.clearProgress();
        console.error(ErrorMessages.of(thrown));
        if (verbose(command)) {
            thrown.printStackTrace(console.err());
        }
        return ErrorMessages.exitCode(thrown);
    }

    /// Whether `--verbose` was given anywhere on the command line that `command` belongs to.
    static boolean verbose(CommandLine command) {
        return command.getCommandSpec().root().userObject() instanceof Witan root && root.verbose;
    }
}
