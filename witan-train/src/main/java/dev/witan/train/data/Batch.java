// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

/// Rows of tokens to train on. The arrays are shared, not copied, and belong to the receiver.
public final class Batch {
    private final int[] tokens;
    private final int[] domains;

    /// A batch of `domains.length` rows.
    public Batch(int[] tokens, int[] domains) {
        if (domains.length == 0 || tokens.length % domains.length != 0) {
            throw new IllegalArgumentException(
                    "tokens must be rows of one length for "
                            + domains.length
                            + " domains, were "
                            + tokens.length);
        }
        this.tokens = tokens;
        this.domains = domains;
    }

    /// `[B, S + 1]`, row by row.
    public int[] tokens() {
        return tokens;
    }

    /// `[B]`, the domain index of each row.
    public int[] domains() {
        return domains;
    }

    public int rows() {
        return domains.length;
    }

    public int sequenceLength() {
        return tokens.length / domains.length - 1;
    }
}
