// SPDX-License-Identifier: Apache-2.0
/// Agreement of a majority on one value: single-decree Paxos as values and small state machines.
///
/// Messages, stores and timers belong to the users: successors of membership configurations and
/// results of averaging rounds.
@NullMarked
package dev.witan.swarm.consensus;

import org.jspecify.annotations.NullMarked;
