// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/// A folder or file that holds no usable model; the message is one line that names it.
public final class ModelFileException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    /// A problem of `path`, in one line.
    public ModelFileException(Path path, String problem) {
        super(path + ": " + problem);
    }

    /// A problem of `path` that `cause` found.
    public ModelFileException(Path path, String problem, Throwable cause) {
        super(path + ": " + problem, cause);
    }
}
