// SPDX-License-Identifier: Apache-2.0
/// Seeded simulation: time that passes only when an event happens, and a network that loses,
/// delays, repeats and reorders. One seed gives one course of events.
@NullMarked
package dev.witan.testkit.sim;

import org.jspecify.annotations.NullMarked;
