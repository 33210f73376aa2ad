// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.List;

/// `witan lab`: the published experiments.
@Command(
        name = "lab",
        description = "Repeat a published experiment.",
        synopsisSubcommandLabel = "EXPERIMENT",
        commandListHeading = "%nExperiments:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  witan lab vowels", "  witan lab chain --budget small"})
final class LabCommand extends WitanCommand {
    @Spec private CommandSpec spec = CommandSpec.create();

    LabCommand(Console console) {
        super(console);
    }

    @Override
    List<WitanCommand> subcommands() {
        return List.of(new LabVowelsCommand(console()), new LabChainCommand(console()));
    }

    /// `witan lab` alone shows its help.
    @Override
    int run() {
        spec.commandLine().usage(console().out());
        return ExitCodes.OK;
    }
}
