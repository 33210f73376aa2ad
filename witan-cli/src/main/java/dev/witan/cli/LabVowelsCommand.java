// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import dev.witan.lab.vowels.VowelsExperiment;
import dev.witan.lab.vowels.VowelsReport;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.nio.file.Path;

/// `witan lab vowels`: the mixture of local experts of 1991.
@Command(
        name = "vowels",
        description = {
            "Adaptive mixtures of local experts (Jacobs et al. 1991) on the vowels of 1952.",
            "About a minute; the same bytes every time."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  witan lab vowels", "  witan lab vowels --json --out results"})
final class LabVowelsCommand extends WitanCommand {
    @Mixin private OutputOptions output = new OutputOptions();

    LabVowelsCommand(Console console) {
        super(console);
    }

    @Override
    int run() throws IOException, InterruptedException {
        if (output.out().isPresent()) {
            output.createOut(output.out().get());
        }
        VowelsReport report =
                new VowelsExperiment()
                        .run((done, total) ->
                                console().progress("vowels: run " + done + " of " + total));
        console().clearProgress();
        if (output.out().isPresent()) {
            Path folder = output.out().get();
            report.writeTo(folder);
        }
        console().print(output.json() ? report.json() : report.text());
        return ExitCodes.OK;
    }
}
