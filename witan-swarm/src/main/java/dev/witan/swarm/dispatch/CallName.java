// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

/// The place of a layer call in training.
///
/// @param step step of the trainer
/// @param iteration number of the call among the layer's calls of the step
public record CallName(long step, int iteration) {}
