// SPDX-License-Identifier: Apache-2.0
/// Golden checkpoints: small models with what their reference implementation computes from them, a
/// reader of their files, and a float64 decoder that must agree with them.
///
/// Letters in shapes: T tokens, D model width, V vocabulary, B sequences.
@NullMarked
package dev.witan.testkit.golden;

import org.jspecify.annotations.NullMarked;
