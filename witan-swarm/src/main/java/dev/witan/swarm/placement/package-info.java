// SPDX-License-Identifier: Apache-2.0
/// Which peers hold which experts: decided by every peer for itself, with the same result from the
/// same inputs.
///
/// Pure: no clock, no randomness, no I/O. Shape letters: E experts, P peers, r replicas.
@NullMarked
package dev.witan.swarm.placement;

import org.jspecify.annotations.NullMarked;
