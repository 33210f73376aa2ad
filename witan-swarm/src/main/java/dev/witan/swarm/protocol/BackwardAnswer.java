// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

/// Gradients of rows' inputs.
///
/// @param gradInputs `[R,D]` in the order of the request's gradient
/// @param recomputed whether the host computed forward anew
/// @param duplicate whether this contribution had been applied before and was not applied again
public record BackwardAnswer(Rows gradInputs, boolean recomputed, boolean duplicate) {}
