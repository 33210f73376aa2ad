// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import tools.jackson.databind.json.JsonMapper;

import java.io.PrintStream;

/// The output streams of a command and what they are connected to: results go to standard output,
/// everything else (progress, warnings, errors) to standard error.
///
/// The only type that touches the standard streams; commands get it in their constructor.
///
/// @param out where results go
/// @param err where progress and errors go
/// @param outTerminal whether a person reads `out` on a terminal
/// @param errTerminal whether a person reads `err` on a terminal
/// @param colours whether terminals may be sent colours
record Console(
        PrintStream out,
        PrintStream err,
        boolean outTerminal,
        boolean errTerminal,
        boolean colours) {
    private static final String ERASE_LINE = "\r\033[K";

    /// The console of this process. Java cannot ask about one stream alone, so the launcher tells
    /// it by `witan.terminal.out` and `witan.terminal.err`; without the launcher neither is taken
    /// for a terminal.
    static Console system() {
        boolean plain = System.getenv("NO_COLOR") != null || "dumb".equals(System.getenv("TERM"));
        return new Console(
                System.out,
                System.err,
                Boolean.getBoolean("witan.terminal.out"),
                Boolean.getBoolean("witan.terminal.err"),
                !plain);
    }

    void println(String line) {
        out.println(line);
    }

    /// Prints part of a line at once, as a streamed answer needs it.
    void print(String text) {
        out.print(text);
        out.flush();
    }

    /// Prints one JSON document to standard output. With `--json` a command prints this and nothing
    /// else there.
    void json(Object document) {
        out.println(
                JsonMapper.builder()
                        .build()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(document));
    }

    /// Prints a remark that is no part of the result.
    void note(String line) {
        err.println(line);
    }

    /// Prints an error as `witan: MESSAGE`, always one line.
    void error(String message) {
        err.println("witan: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
    }

    /// Replaces the progress line; prints nothing when standard error is no terminal.
    void progress(String line) {
        if (errTerminal) {
            err.print(ERASE_LINE + line);
            err.flush();
        }
    }

    /// Removes the progress line before other output follows.
    void clearProgress() {
        progress("");
    }
}
