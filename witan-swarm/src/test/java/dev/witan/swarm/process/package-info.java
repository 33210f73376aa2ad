// SPDX-License-Identifier: Apache-2.0
/// Tests with hosts that are processes of their own.
@NullMarked
package dev.witan.swarm.process;

import org.jspecify.annotations.NullMarked;
