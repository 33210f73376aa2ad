// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

/// Where a backward pass finds the inputs of its forward pass.
public sealed interface Inputs {
    /// The host still holds them.
    ///
    /// @param handle what [ForwardAnswer#handle] said
    record Held(long handle) implements Inputs {}

    /// They come again: the host computes forward anew with the weights it has now.
    ///
    /// @param tokens the distinct tokens `[T,D]`
    record Sent(Rows tokens) implements Inputs {}
}
