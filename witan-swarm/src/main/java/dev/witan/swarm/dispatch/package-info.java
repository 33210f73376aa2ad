// SPDX-License-Identifier: Apache-2.0
/// The caller's side: rows to the peers that hold their experts and back, with a deadline on
/// everything and an account of what did not come.
@NullMarked
package dev.witan.swarm.dispatch;

import org.jspecify.annotations.NullMarked;
