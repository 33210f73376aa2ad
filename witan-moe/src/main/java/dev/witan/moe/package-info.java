// SPDX-License-Identifier: Apache-2.0
/// The seam of a mixture of experts: who decides, who computes, and what they hand each other.
///
/// ```
/// x [T,D] ── Router.route ──► Routing { expertIds [T,K], combineWeights [T,K], routerScores [T,E] }
///         ── DispatchPlan  ──► rows grouped by expert (counting sort)
///         ── Experts       ──► rows [R,D]                            R = rows of the plan, <= T*K
///         ── Combine       ──► y [T,D]   (weighted sum in ascending slot order)
/// ```
///
/// Letters in this package and those below it: T tokens, D model width, F expert hidden width, E
/// experts, K experts per token (top-k), R rows (token-expert pairs), C iterations of a chain.
/// Everything is immutable but the values of parameters; scratch space belongs to the call.
@NullMarked
package dev.witan.moe;

import org.jspecify.annotations.NullMarked;
