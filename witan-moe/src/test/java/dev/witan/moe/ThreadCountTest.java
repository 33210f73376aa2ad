// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.witan.engine.Precision;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Output and gradients of a layer do not depend on the number of threads, to the last bit.
@Tag("process")
class ThreadCountTest {
    @ParameterizedTest
    @EnumSource
    void oneThreadAndTwoGiveTheSameBits(Precision precision) throws Exception {
        List<String> one = digests(precision, 1);
        List<String> two = digests(precision, 2);
        assertThat(one).hasSize(5).startsWith("threads 1");
        assertThat(two).hasSize(5).startsWith("threads 2");
        assertThat(two.subList(1, 5)).isEqualTo(one.subList(1, 5));
    }

    private static List<String> digests(Precision precision, int threads)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dwitan.threads=" + threads,
                                "-Dorg.bytedeco.javacpp.cachedir="
                                        + System.getProperty(
                                                "org.bytedeco.javacpp.cachedir",
                                                System.getProperty("user.home")
                                                        + "/.javacpp/cache"),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LayerDigest.class.getName(),
                                precision.name())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<String> lines =
                new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
        assertThat(process.waitFor()).isZero();
        return lines;
    }
}
