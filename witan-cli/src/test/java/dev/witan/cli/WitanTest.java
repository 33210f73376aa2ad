// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.util.List;

final class WitanTest {
    private final RecordedConsole recorded = RecordedConsole.plain();

    private int run(String... args) {
        return run(() -> {}, args);
    }

    private int run(ThrowingCommand.Throwing action, String... args) {
        Console console = recorded.console();
        var verbs = List.of(new ThrowingCommand(console, action));
        return Witan.run(console, Commands.commandLine(console, verbs), args);
    }

    @Test
    void versionIsOneLineWithWitanJdkAndPlatform() {
        assertThat(run("--version")).isEqualTo(ExitCodes.OK);
        assertThat(recorded.out())
                .matches("witan \\d+\\.\\d+\\S*, JDK 25\\S* \\(.+\\), \\S.* \\S+\\R");
        assertThat(recorded.err()).isEmpty();
    }

    @Test
    void helpAndNoArgumentsShowTheSameText() {
        assertThat(run("--help")).isEqualTo(ExitCodes.OK);
        String help = recorded.out();
        assertThat(run()).isEqualTo(ExitCodes.OK);
        assertThat(recorded.out()).isEqualTo(help + help);
        assertThat(help).contains("Usage: witan", "--version", "throw", "Exit codes", "130");
    }

    @Test
    void unknownOptionIsAUsageErrorWithAProposal() {
        assertThat(run("--versoin")).isEqualTo(ExitCodes.USAGE);
        assertThat(recorded.err())
                .isEqualToIgnoringNewLines(
                        "witan: unknown option '--versoin', did you mean --version? (see 'witan"
                                + " --help')");
        assertThat(recorded.out()).isEmpty();
    }

    @Test
    void unknownCommandIsAUsageErrorWithAProposal() {
        assertThat(run("thorw", "--json")).isEqualTo(ExitCodes.USAGE);
        assertThat(recorded.err()).contains("unknown command 'thorw', did you mean throw?");
    }

    @Test
    void unknownWordFarFromEverythingGetsNoProposal() {
        assertThat(run("zzzzzzzz")).isEqualTo(ExitCodes.USAGE);
        assertThat(recorded.err()).contains("unknown command 'zzzzzzzz' (see");
    }

    @Test
    void unknownOptionOfAVerbNamesTheVerbsHelp() {
        assertThat(run("throw", "--jsn")).isEqualTo(ExitCodes.USAGE);
        assertThat(recorded.err())
                .contains("'--jsn', did you mean --json? (see 'witan throw --help')");
    }

    @Test
    void strayArgumentAndMissingValueAreUsageErrorsOfOneLine() {
        assertThat(run("throw", "stray")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("throw", "--out")).isEqualTo(ExitCodes.USAGE);
        assertThat(recorded.err().lines())
                .hasSize(2)
                .satisfiesExactly(
                        line -> assertThat(line).contains("unexpected argument 'stray'"),
                        line -> assertThat(line).contains("'--out'"));
    }

    @Test
    void optionsOfTheMixinReachTheCommand() {
        assertThat(run("throw", "--json", "--out", "a b")).isEqualTo(ExitCodes.OK);
        assertThat(recorded.out().strip()).isEqualTo("json=true out=Optional[a b]");
    }

    @Test
    void failureIsOneLineWithoutStackTrace() {
        int code =
                run(
                        () -> {
                            throw new NoSuchFileException("data.txt");
                        },
                        "throw");
        assertThat(code).isEqualTo(ExitCodes.FAILED);
        assertThat(recorded.err())
                .isEqualToIgnoringNewLines("witan: data.txt: no such file or folder");
    }

    @Test
    void verboseAddsTheStackTraceBeforeAndAfterTheVerb() {
        ThrowingCommand.Throwing action =
                () -> {
                    throw new NoSuchFileException("data.txt");
                };
        assertThat(run(action, "--verbose", "throw")).isEqualTo(ExitCodes.FAILED);
        assertThat(run(action, "throw", "--verbose")).isEqualTo(ExitCodes.FAILED);
        assertThat(recorded.err().lines())
                .filteredOn(line -> line.equals("java.nio.file.NoSuchFileException: data.txt"))
                .hasSize(2);
    }

    @Test
    void interruptionIsCode130() {
        int code =
                run(
                        () -> {
                            throw new InterruptedException();
                        },
                        "throw");
        assertThat(code).isEqualTo(ExitCodes.INTERRUPTED);
        assertThat(recorded.err()).isEqualToIgnoringNewLines("witan: interrupted");
    }

    @Test
    void aResultThatCannotBeWrittenIsAFailure() {
        var full =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("No space left on device");
                    }
                };
        PrintStream err = recorded.console().err();
        var console = new Console(new PrintStream(full), err, false, false, false);
        int code = Witan.run(console, Commands.commandLine(console), "--version");
        assertThat(code).isEqualTo(ExitCodes.FAILED);
        assertThat(recorded.err())
                .startsWith("witan: standard output could not be written")
                .hasLineCount(1);
    }

    @Test
    void errorsOfTheJvmAreCaughtAtTheBoundary() {
        int code =
                run(
                        () -> {
                            throw new OutOfMemoryError("Java heap space");
                        },
                        "throw");
        assertThat(code).isEqualTo(ExitCodes.FAILED);
        assertThat(recorded.err())
                .startsWith("witan: out of memory (Java heap space")
                .hasLineCount(1);
    }

    @Test
    void coloursOnlyOnATerminal() {
        RecordedConsole terminal = RecordedConsole.terminal();
        Console console = terminal.console();
        assertThat(Witan.run(console, Commands.commandLine(console), "--help")).isZero();
        assertThat(terminal.out()).contains("\033[");
        assertThat(run("--help")).isZero();
        assertThat(recorded.out()).doesNotContain("\033");
    }
}
