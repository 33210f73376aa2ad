// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

@Tag("process")
class UnpackedLibrariesTest {
    private static final String TORCH_CPU = System.mapLibraryName("torch_cpu");

    /// A length at which the JVM crashes if nothing is done about it.
    private static final int SHORT = 10_000_000;

    @TempDir Path folder;

    @Test
    void aLibraryLeftShortIsUnpackedAgainByTwoProcessesThatStartAtOnce() throws Exception {
        Path library = copyCache();
        Process first = start();
        Process second = start();
        assertThat(output(first)).startsWith("started with ");
        assertThat(output(second)).startsWith("started with ");
        assertThat(library).hasSize(packed().openConnection().getContentLengthLong());
    }

    @Test
    void aLibraryThatCannotBeUnpackedIsAnErrorThatNamesTheFolder() throws Exception {
        // A file where the folder of the jar's libraries belongs.
        var jar = (JarURLConnection) packed().openConnection();
        Files.createFile(folder.resolve(Path.of(jar.getJarFile().getName()).getFileName()));
        assertThat(output(start()))
                .contains("EngineException: cannot unpack libtorch (", "javacpp.cachedir");
    }

    /// Copies what this process runs on, but only the first bytes of the largest library, whose
    /// copy is returned.
    private Path copyCache() throws IOException {
        Engine.start();
        Path cache = Loader.getCacheDir().toPath();
        List<Path> largest = new ArrayList<>();
        try (Stream<Path> files = Files.walk(cache)) {
            // JavaCPP makes the symbolic links among them anew.
            for (Path file : files.filter(UnpackedLibrariesTest::isPlain).toList()) {
                Path copy = folder.resolve(cache.relativize(file).toString());
                Files.createDirectories(Objects.requireNonNull(copy.getParent()));
                if (file.endsWith(TORCH_CPU)) {
                    try (var whole = Files.newInputStream(file)) {
                        Files.write(copy, whole.readNBytes(SHORT));
                    }
                    largest.add(copy);
                } else {
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        assertThat(largest).hasSize(1);
        return largest.getFirst();
    }

    private static boolean isPlain(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + folder.resolve("crash.log"),
                        "-Dorg.bytedeco.javacpp.cachedir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        StartedEngine.class.getName())
                .redirectErrorStream(true)
                .start();
    }

    private static String output(Process process) throws Exception {
        byte[] text = process.getInputStream().readAllBytes();
        process.waitFor();
        return new String(text, StandardCharsets.UTF_8);
    }

    private static URL packed() {
        String name = "/org/bytedeco/pytorch/" + Loader.getPlatform() + "/" + TORCH_CPU;
        return Objects.requireNonNull(torch.class.getResource(name));
    }
}
