// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import dev.witan.swarm.protocol.Rows;

/// What the backward pass of a layer call brought.
///
/// @param gradInputs `[R,D]` in the order of the plan, zero where nobody confirmed
/// @param lostRows rows among them that had been answered and whose gradient nobody confirmed
public record BackwardResult(Rows gradInputs, int lostRows) {}
