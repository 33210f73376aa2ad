// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.generation;

/// Why a generated text ends where it ends.
public enum StopReason {
    /// The model drew the token that ends a text; it is no part of the result.
    END_OF_TEXT,
    /// As many tokens as were asked for.
    MAX_TOKENS,
    /// The model's context is full.
    CONTEXT
}
