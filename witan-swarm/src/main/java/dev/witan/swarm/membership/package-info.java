// SPDX-License-Identifier: Apache-2.0
/// Which peers are there, as this peer sees it.
///
/// Two opinions are kept apart. [Membership] is the cluster's: slow, agreed, about who belongs.
/// [Liveness] is this peer's own, from its own calls: quick, private, and the only one that routing
/// asks. Neither decides who may change an expert; leases do.
@NullMarked
package dev.witan.swarm.membership;

import org.jspecify.annotations.NullMarked;
