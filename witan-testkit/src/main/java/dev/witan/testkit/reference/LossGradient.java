// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

/// A loss with coefficient 1 and its gradient at the router logits `[T, E]`.
///
/// Counts and choices are constants of the gradient: only scores carry it.
@SuppressWarnings("ArrayRecordComponent") // plain arrays keep the formulas readable; never compared
public record LossGradient(double loss, double[][] gradient) {}
