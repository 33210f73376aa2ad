// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.averaging;

/// What came of an aggregation.
///
/// @param values the result; empty if nothing could be used
/// @param used contributions in it
/// @param dropped contributions left out because of their length, or an element that is not finite
///   or too large
public record Aggregated(float[] values, int used, int dropped) {}
