// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

import java.time.Duration;

/// What every request begins with.
///
/// @param requestId number that the caller gives, for logs
/// @param trainer who asks
/// @param model model asked for
/// @param timeout how long the caller waits from the moment it sends; clocks need not agree
public record RequestHead(long requestId, TrainerId trainer, String model, Duration timeout) {
    /// Most characters of a model's name.
    public static final int MAX_MODEL_LENGTH = 128;

    /// Checks the bounds.
    public RequestHead {
        if (model.isBlank() || model.length() > MAX_MODEL_LENGTH) {
            throw new IllegalArgumentException(
                    "model must have 1 to "
                            + MAX_MODEL_LENGTH
                            + " characters, had "
                            + model.length());
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout must be > 0, was " + timeout);
        }
    }
}
