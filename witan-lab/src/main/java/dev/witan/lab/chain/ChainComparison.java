// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import org.jspecify.annotations.Nullable;

/// Two systems whose losses are subtracted, seed by seed.
///
/// @param first name of the system whose loss is the minuend
/// @param second name of the other
/// @param question what the difference answers
/// @param published the published difference in nats per token; null if there is none
public record ChainComparison(
        String first, String second, String question, @Nullable Double published) {}
