// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

import java.io.IOException;

/// A data file that cannot be used; the message is one line that names the file.
public final class DataException extends IOException {
    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
