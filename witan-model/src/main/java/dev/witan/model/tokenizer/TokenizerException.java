// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.tokenizer;

import java.io.IOException;

/// A tokenizer that cannot be read or run here; the message is one line that names the file.
public final class TokenizerException extends IOException {
    public TokenizerException(String message) {
        super(message);
    }

    public TokenizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
