// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/// A file that is not a valid safetensors file, lacks what was asked for, or changed while open.
///
/// The message is one line that names the file and what is wrong with it; text from the file is
/// escaped and cut, so that it can be printed as it is.
public final class SafetensorsException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    private final String file;

    /// A problem of `file`, in one line.
    public SafetensorsException(Path file, String problem) {
        super(TensorNames.escape(file.toString()) + ": " + problem);
        this.file = file.toString();
    }

    SafetensorsException(Path file, HeaderFault fault) {
        super(
                TensorNames.escape(file.toString())
                        + ": not a valid safetensors file: "
                        + fault.getMessage(),
                fault);
        this.file = file.toString();
    }

    /// The file as it was named when it was opened.
    public Path file() {
        return Path.of(file);
    }
}
