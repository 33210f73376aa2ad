// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

import dev.witan.swarm.PeerId;

import java.util.function.Consumer;

/// The way to other peers.
public interface ExpertTransport {
    /// Sends a request. Returns at once.
    ///
    /// The answer comes on the caller's event loop, at most once. It may never come: callers have a
    /// timer of their own.
    ///
    /// **Threads** the caller's event loop.
    <A> void send(PeerId peer, ExpertRequest<A> request, Consumer<ExpertReply<A>> whenAnswered);
}
