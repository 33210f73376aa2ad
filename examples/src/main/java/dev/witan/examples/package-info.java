// SPDX-License-Identifier: Apache-2.0
/// A ladder of small programs, each a rung above the one before: route tokens, train a layer, chain
/// it, balance it, train a language model, store experts.
///
/// Each has a `main` method, uses only public API and ends within seconds.
@NullMarked
package dev.witan.examples;

import org.jspecify.annotations.NullMarked;
