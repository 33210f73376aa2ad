// SPDX-License-Identifier: Apache-2.0
/// Tests of training with experts on other peers.
@NullMarked
package dev.witan.swarm.train;

import org.jspecify.annotations.NullMarked;
