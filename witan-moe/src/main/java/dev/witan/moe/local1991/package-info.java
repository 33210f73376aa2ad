// SPDX-License-Identifier: Apache-2.0
/// The mixture of experts as it was first published, in plain float64.
///
/// A softmax gate, linear in the input, blends logistic experts; each of the paper's three error
/// functions decides in its own way how the experts share the work. A few dozen parameters on a few
/// hundred rows: one tensor operator call would cost more than the arithmetic, so there is none
/// here. Sums run in one fixed order and the exponential is [PortableExp], so equal inputs give
/// equal bits on every machine.
///
/// Letters: N rows, D inputs, M outputs, K experts. Data lies by column: one array holds one
/// variable for all rows.
///
/// Source: Jacobs, Jordan, Nowlan and Hinton 1991, "Adaptive Mixtures of Local Experts", Neural
/// Computation 3, 79-87.
@NullMarked
package dev.witan.moe.local1991;

import org.jspecify.annotations.NullMarked;
