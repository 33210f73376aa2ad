// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

/// Answers of experts.
///
/// @param rows `[R,D]`, experts ascending as in the request, rows of an expert in its order
/// @param versions version of each expert of the request
/// @param handle name under which the host keeps what backward needs, 0 for nothing kept
public record ForwardAnswer(Rows rows, long[] versions, long handle) {}
