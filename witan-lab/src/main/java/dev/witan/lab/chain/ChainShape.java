// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

/// What all models of an experiment have in common.
///
/// @param vocabulary V; 256 for bytes
/// @param hidden D
/// @param heads attention heads, which divide D
/// @param context S, tokens of a training row
public record ChainShape(int vocabulary, int hidden, int heads, int context) {
    /// The nano model: a hundredth of the published one, over bytes.
    public static final ChainShape NANO = new ChainShape(256, 128, 4, 256);
}
