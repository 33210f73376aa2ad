// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import dev.witan.swarm.PeerId;

import java.net.InetSocketAddress;
import java.util.Optional;

/// Where peers listen.
public interface Endpoints {
    /// The address of a peer, if it is known.
    Optional<InetSocketAddress> of(PeerId peer);
}
