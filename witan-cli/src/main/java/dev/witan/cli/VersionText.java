// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import picocli.CommandLine.IVersionProvider;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;

/// The line that `witan --version` prints: Witan's version, the JDK's and the platform.
final class VersionText implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        String line =
                "witan "
                        + witan()
                        + ", JDK "
                        + Runtime.version()
                        + " ("
                        + System.getProperty("java.vendor")
                        + "), "
                        + System.getProperty("os.name")
                        + " "
                        + System.getProperty("os.arch");
        return new String[] {line};
    }

    /// Witan's own version, as the build wrote it.
    static String witan() throws IOException {
        var properties = new Properties();
        try (InputStream in = VersionText.class.getResourceAsStream("version.properties")) {
            properties.load(Objects.requireNonNull(in, "version.properties"));
        }
        return properties.getProperty("version", "unknown");
    }
}
