// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.sampling;

/// Logits that define no distribution, which a broken or diverged model gives.
public final class InvalidLogitsException extends IllegalArgumentException {
    public InvalidLogitsException(String message) {
        super(message);
    }
}
