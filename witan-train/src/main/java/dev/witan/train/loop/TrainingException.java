// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

/// A run that cannot go on; the message is one line that says what to change.
public final class TrainingException extends RuntimeException {
    /// A fault with its remedy.
    public TrainingException(String message) {
        super(message);
    }
}
