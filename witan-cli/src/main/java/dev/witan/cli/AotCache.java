// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The ahead-of-time cache (JEP 483, 514) that makes `witan` start fast.
///
/// The launcher names the cache; the JVM ignores, without a word, one that does not fit. Then this
/// class deletes it, and the launcher has a new one made at the next start.
final class AotCache {
    private AotCache() {}

    /// Deletes the cache that the launcher named if this JVM did not accept it.
    static void dropIfUnused() {
        String cache = System.getProperty("witan.aot");
        boolean used = System.getProperty("java.vm.info", "").contains("sharing");
        if (cache == null || used) {
            return;
        }
        try {
            Files.deleteIfExists(Path.of(cache));
        } catch (IOException _) {
            // A cache that cannot be deleted costs start-up time and nothing else.
        }
    }

    /// The run that the cache is recorded from: the start-up path of every command, without output.
    public static void main(String[] args) {
        var nowhere =
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        var console = new Console(nowhere, nowhere, false, false, true);
        Witan.run(console, Commands.commandLine(console), "--version");
        Witan.run(console, Commands.commandLine(console), "--help");
        Witan.run(console, Commands.commandLine(console), "--no-such-option");
        for (String verb : Commands.commandLine(console).getSubcommands().keySet()) {
            Witan.run(console, Commands.commandLine(console), verb, "--help");
        }
    }
}
