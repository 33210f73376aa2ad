// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// A verb for tests: it throws what it is told to, or reports its output options.
@Command(name = "throw", description = "Throws.")
final class ThrowingCommand extends WitanCommand {
    private final Throwing action;

    @Mixin private OutputOptions output = new OutputOptions();

    ThrowingCommand(Console console, Throwing action) {
        super(console);
        this.action = action;
    }

    @Override
    int run() throws Exception {
        action.run();
        console().println("json=" + output.json() + " out=" + output.out());
        return ExitCodes.OK;
    }

    /// An action that may throw anything.
    interface Throwing {
        void run() throws Exception;
    }
}
