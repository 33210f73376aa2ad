// SPDX-License-Identifier: Apache-2.0
/// Peers that hold experts, with no coordinator among them.
@NullMarked
package dev.witan.swarm;

import org.jspecify.annotations.NullMarked;
