// SPDX-License-Identifier: Apache-2.0
/// What peers say to each other about experts, as values, and the two things a core needs from its
/// surroundings: a transport and an event loop.
@NullMarked
package dev.witan.swarm.protocol;

import org.jspecify.annotations.NullMarked;
