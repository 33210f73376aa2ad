// SPDX-License-Identifier: Apache-2.0
/// The chain experiment: does routing tokens through the same experts twice lower the loss?
///
/// Compares Chain-of-Experts with mixtures of experts of equal size and of equal compute, on small
/// models, with paired seeds. What comes out is reported with its intervals beside the published
/// numbers, whichever way it points.
///
/// Legend: K routed experts per token and iteration, C iterations; "(K/E)" names K of E experts of
/// which one is the shared expert that every token passes besides.
///
/// Source: Wang et al. 2025, "Chain-of-Experts: Unlocking the Communication Power of
/// Mixture-of-Experts Models".
@NullMarked
package dev.witan.lab.chain;

import org.jspecify.annotations.NullMarked;
