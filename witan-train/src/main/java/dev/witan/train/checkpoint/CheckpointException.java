// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.checkpoint;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/// A run or checkpoint that cannot be continued; the message is one line that names the file.
public final class CheckpointException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    /// A problem of `path`.
    public CheckpointException(Path path, String problem) {
        super(path + ": " + problem);
    }

    /// A problem of `path` that `cause` found.
    public CheckpointException(Path path, String problem, Throwable cause) {
        super(path + ": " + problem, cause);
    }
}
