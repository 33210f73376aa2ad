// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// A write whose failure names the file: what a stream throws on a full disk does not.
final class FailedWrite {
    private FailedWrite() {}

    static void naming(Path file, OutputStream out, byte[] bytes) throws IOException {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            var named = new FileSystemException(file.toString(), null, e.getMessage());
            named.initCause(e);
            throw named;
        }
    }
}
