// SPDX-License-Identifier: Apache-2.0
/// Who may change an expert: leases granted by voters, in epochs that never repeat.
///
/// State machines without clock, thread, network or disk: a call takes a message and the time of
/// the caller's monotonic clock, and returns messages. Time is in nanoseconds of a clock that may
/// start anywhere and runs at most a little fast or slow; a machine that was suspended, whose clock
/// may have stood still, must restart its peer.
///
/// Why at most one primary is valid at any time:
///
/// 1. In one configuration, any two majorities of an expert's voters share a voter. It answers only
///    after its vote is durable, gives no epoch twice, and lets the old lease run out on its own
///    clock, plus a margin for drift, before it votes for another holder.
/// 2. The holder counts its lease from before it asked, so it ends before any voter thinks so.
/// 3. A voter votes in configuration n only while a majority of the members of n has confirmed,
///    within the time of a right, that it has not consented to a successor. So all votes of n end
///    one right after n + 1 is chosen, wherever the news has not arrived.
/// 4. A voter that was voter of the expert in n takes its knowledge to n + 1. A new voter, and one
///    that restarted, first waits for a right and a lease to run out. A majority without waiting
///    voters is a majority of the old voters as well, so 1 holds across configurations.
/// 5. Epochs begin with the number of the configuration that grants them, so that new voters cannot
///    repeat an old one.
@NullMarked
package dev.witan.swarm.lease;

import org.jspecify.annotations.NullMarked;
