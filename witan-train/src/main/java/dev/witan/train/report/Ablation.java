// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

/// The loss of the trained model with one of its parts disabled.
///
/// @param name what was done, such as "routed experts zeroed"
/// @param loss the loss then, in the unit of the report's loss
public record Ablation(String name, double loss) {}
