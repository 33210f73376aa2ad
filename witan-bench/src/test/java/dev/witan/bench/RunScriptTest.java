// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// `witan-bench/run` in a checkout of its own, on the JDK that `./witan` finds.
@Tag("process")
class RunScriptTest {
    @TempDir Path checkout;

    private record Outcome(int code, String text) {}

    @BeforeEach
    void copyScripts() throws IOException {
        Files.createDirectories(checkout.resolve("witan-bench/target"));
        for (String script : List.of("witan", "witan-bench/run")) {
            Files.copy(
                    Path.of("..", script),
                    checkout.resolve(script),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    @Test
    void startsAClassOnTheJdkOfTheLauncher() throws Exception {
        Files.writeString(
                checkout.resolve("witan-bench/target/classpath"),
                System.getProperty("java.class.path"));
        Outcome outcome = run("peers.MakeWork");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.text()).contains("usage: MakeWork FOLDER SEED STEPS");
    }

    @Test
    void saysHowToBuildAndHowToCall() throws Exception {
        assertThat(run().code()).isEqualTo(2);
        Outcome outcome = run("peers.MakeWork");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.text()).hasLineCount(1).contains("not built; first: mvn");
    }

    private Outcome run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(checkout.resolve("witan-bench/run").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        byte[] text = process.getInputStream().readAllBytes();
        return new Outcome(process.waitFor(), new String(text, StandardCharsets.UTF_8));
    }
}
