// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.generation;

import java.time.Duration;
import java.util.List;

/// A generated text and what it took.
///
/// @param promptTokens length of the prompt
/// @param tokens the generated tokens, without the one that ends a text
/// @param reason why it ends
/// @param timeToFirstToken from the start until the first token was chosen
/// @param total from the start to the end
/// @param choices tokens chosen, the one that ends a text included
public record Generation(
        int promptTokens,
        List<Integer> tokens,
        StopReason reason,
        Duration timeToFirstToken,
        Duration total,
        int choices) {
    /// Copies the tokens.
    public Generation {
        tokens = List.copyOf(tokens);
    }

    /// Tokens per second after the first one; 0 if there is no second one.
    public double tokensPerSecond() {
        double seconds = total.minus(timeToFirstToken).toNanos() / 1e9;
        return choices < 2 || seconds <= 0 ? 0 : (choices - 1) / seconds;
    }
}
