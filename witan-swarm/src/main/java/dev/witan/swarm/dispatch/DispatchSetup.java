// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.dispatch;

import dev.witan.swarm.protocol.TrainerId;

/// What a caller is made of.
///
/// @param trainer who calls
/// @param model model whose experts are called
/// @param replicas who holds what
/// @param limits bounds
public record DispatchSetup(
        TrainerId trainer, String model, Replicas replicas, DispatchLimits limits) {}
