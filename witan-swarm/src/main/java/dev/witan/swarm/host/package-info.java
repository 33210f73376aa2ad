// SPDX-License-Identifier: Apache-2.0
/// The peer that computes: a bounded queue before the arithmetic of its experts, gradients kept
/// apart by trainer, and steps in two phases.
@NullMarked
package dev.witan.swarm.host;

import org.jspecify.annotations.NullMarked;
