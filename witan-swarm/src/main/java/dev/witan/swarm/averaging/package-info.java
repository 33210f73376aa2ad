// SPDX-License-Identifier: Apache-2.0
/// Averaging of what several trainers learned: robust rules for slices of float32, and rounds that
/// end alike for all who take part.
///
/// Pure: no clock, thread or network; a call takes messages and the time of the caller's monotonic
/// clock and returns messages. Shape letters: N participants, D elements of a contribution.
@NullMarked
package dev.witan.swarm.averaging;

import org.jspecify.annotations.NullMarked;
