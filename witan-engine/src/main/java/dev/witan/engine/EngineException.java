// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

/// libtorch cannot be started or used on this machine; the message says why and what to do.
public final class EngineException extends RuntimeException {
    /// An engine failure with its one-line reason.
    public EngineException(String message) {
        super(message);
    }

    /// An engine failure with its one-line reason and the underlying error.
    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
