// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

import java.util.Arrays;
import java.util.List;

/// The rows of one expert within a request: which of the request's tokens it gets.
///
/// A token that several experts of a peer want travels once; its rows are named here.
///
/// @param expert index of the expert in its layer
/// @param tokens tokens of the request, ascending; one row each
public record ExpertRows(int expert, int[] tokens) {
    /// Number of rows of a list.
    public static int count(List<ExpertRows> experts) {
        return experts.stream().mapToInt(rows -> rows.tokens.length).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExpertRows that
                && expert == that.expert
                && Arrays.equals(tokens, that.tokens);
    }

    @Override
    public int hashCode() {
        return 31 * expert + Arrays.hashCode(tokens);
    }
}
