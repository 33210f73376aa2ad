// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.cli.LauncherCheckout.Outcome;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which JDK `./witan` takes, whatever the environment says.
@Tag("process")
final class LauncherJdkTest {
    private static final Path REAL_JDK = Path.of(System.getProperty("java.home"));

    private final Path dir;
    private final LauncherCheckout checkout;

    LauncherJdkTest(@TempDir Path dir) throws IOException {
        this.dir = dir;
        checkout = LauncherCheckout.in(dir);
    }

    private void starts() throws IOException, InterruptedException {
        Outcome outcome = checkout.run("--version");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).startsWith("witan ").hasLineCount(1);
    }

    private void installInHome(String folder) throws IOException {
        checkout.jdk25(dir.resolve("home").resolve(folder));
    }

    @Test
    void javaHomeOf25() throws Exception {
        starts();
    }

    @Test
    void javaHomeUnsetAndJdkHomeOf25() throws Exception {
        checkout.without("JAVA_HOME").with("JDK_HOME", REAL_JDK.toString());
        starts();
    }

    @Test
    void javaHomeOf17AndSdkman() throws Exception {
        checkout.with("JAVA_HOME", checkout.fakeJdk("17.0.9").toString());
        installInHome(".sdkman/candidates/java/25-tem");
        starts();
    }

    @Test
    void javaHomeOfGarbageAndHomeJdks() throws Exception {
        checkout.with("JAVA_HOME", "/no such/\"folder*");
        installInHome(".jdks/temurin-25");
        starts();
    }

    @Test
    void javaOnPathThroughTwoLinks() throws Exception {
        Path jdk = checkout.jdk25(dir.resolve("opt/jdk"));
        Path first = Files.createSymbolicLink(dir.resolve("java25"), jdk.resolve("bin/java"));
        Files.createSymbolicLink(dir.resolve("bin/java"), dir.resolve("bin").relativize(first));
        checkout.without("JAVA_HOME");
        starts();
    }

    @Test
    void noJdk25IsOneLineThatSaysWhatToInstall() throws Exception {
        checkout.with("JAVA_HOME", checkout.fakeJdk("17.0.9").toString());
        checkout.with("JDK_HOME", checkout.fakeJdk("250.1").toString());
        Outcome outcome = checkout.run("--version");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .startsWith("witan: JDK 25 not found: install one")
                .hasLineCount(1);
    }
}
