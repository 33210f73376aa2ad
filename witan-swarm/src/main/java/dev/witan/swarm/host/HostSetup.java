// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import java.util.Map;
import java.util.random.RandomGenerator;

/// What a host is made of.
///
/// @param model name of the model
/// @param layers experts held, by layer
/// @param limits bounds
/// @param random names of what is kept for backward passes, so that they cannot be guessed
public record HostSetup(
        String model, Map<Integer, HostedLayer> layers, HostLimits limits, RandomGenerator random) {
    /// Copies the map.
    public HostSetup {
        layers = Map.copyOf(layers);
    }
}
