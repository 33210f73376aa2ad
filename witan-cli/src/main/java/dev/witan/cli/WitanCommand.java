// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import java.util.List;
import java.util.concurrent.Callable;

/// One verb of the `witan` command.
///
/// A subclass carries `@Command(name, description, footer)` with two examples in the footer, its
/// options as fields, and is listed in [Commands]. Creating one must be cheap and load no native
/// library: every start of `witan` creates all of them.
///
/// **Errors**: `run` throws; [ErrorMessages] words the line, [ExitCodes] has the codes. A wrong
/// combination of options is a `picocli.CommandLine.ParameterException` (exit code 2).
abstract class WitanCommand implements Callable<Integer> {
    private final Console console;

    WitanCommand(Console console) {
        this.console = console;
    }

    /// Does the work and returns one of [ExitCodes].
    abstract int run() throws Exception;

    /// The verbs below this one; none for most.
    List<WitanCommand> subcommands() {
        return List.of();
    }

    /// Where results, progress and errors go.
    final Console console() {
        return console;
    }

    @Override
    public final Integer call() throws Exception {
        return run();
    }
}
