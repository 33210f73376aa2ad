// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URL;
import java.util.List;

/// The libraries of libtorch in the folder into which JavaCPP unpacks them.
///
/// JavaCPP compares size and date of a library with its jar before it loads it, and unpacks it anew
/// if they differ; a lock keeps processes apart. But it loads `libtorch` before `libtorch_cpu`, and
/// the system's loader then takes the second as it lies there: short if a process was killed or ran
/// out of disk while unpacking it, or if another process is writing it at this moment. Either
/// crashes the JVM. So what other libraries depend on is made complete before the first is loaded.
final class UnpackedLibraries {
    /// In the order of their dependencies.
    private static final List<String> LIBRARIES = List.of("c10", "torch_cpu");

    /// Folders of a platform's libraries end in one of these; JavaCPP prefers the first.
    private static final List<String> EXTENSIONS = List.of("-gpu", "");

    private UnpackedLibraries() {}

    /// Unpacks what is missing, short or of another version, and waits for a process that is doing
    /// so. Loads nothing.
    static void complete() {
        try {
            for (String library : LIBRARIES) {
                for (String extension : EXTENSIONS) {
                    URL packed = packed(library, extension);
                    if (packed != null) {
                        Loader.cacheResource(packed);
                        break;
                    }
                }
            }
        } catch (IOException e) {
            throw new EngineException(
                    "cannot unpack libtorch ("
                            + e.getMessage()
                            + "): it needs 400 MB in the folder that the system property"
                            + " org.bytedeco.javacpp.cachedir names, ~/.javacpp/cache if not set",
                    e);
        }
    }

    private static @Nullable URL packed(String library, String extension) {
        String folder = "/org/bytedeco/pytorch/" + Loader.getPlatform() + extension + "/";
        return torch.class.getResource(folder + System.mapLibraryName(library));
    }
}
