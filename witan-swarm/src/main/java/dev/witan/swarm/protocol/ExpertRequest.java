// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

/// A request to the host of some experts.
///
/// @param <A> what a completed answer carries
public sealed interface ExpertRequest<A>
        permits ForwardRequest, BackwardRequest, PrepareRequest, CommitRequest {
    /// What every request begins with.
    RequestHead head();

    /// Bytes of rows that travel with the request.
    long payloadSize();
}
