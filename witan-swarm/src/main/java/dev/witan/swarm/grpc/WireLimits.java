// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import java.time.Duration;

/// The bounds of the wire.
///
/// @param payloadPerRequest most bytes of rows in one request or reply
/// @param payloadInFlight most bytes of rows that requests still arriving may take together
/// @param transfer longest time from the beginning of a call until its request has arrived
public record WireLimits(long payloadPerRequest, long payloadInFlight, Duration transfer) {
    /// Bytes of rows in one frame.
    static final int CHUNK = 1 << 20;

    /// Bytes of a header: 4 for each row index and some more.
    static final int HEADER = (1 << 21) - 16;

    /// Bytes of one gRPC message.
    static final int MESSAGE = 1 << 21;

    /// Bytes of a call's metadata.
    static final int METADATA = 1 << 14;

    /// Calls at once on one connection.
    static final int CALLS = 256;

    /// Longest handshake.
    static final Duration HANDSHAKE = Duration.ofSeconds(10);

    /// Silence after which a connection is tested.
    static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    /// Longest wait for the answer to that test.
    static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(5);

    /// The version of the protocol spoken.
    static final int PROTOCOL = 1;

    /// The highest version understood: one that only adds.
    static final int NEXT_PROTOCOL = 2;

    /// Checks every bound.
    public WireLimits {
        if (payloadPerRequest < 1 || payloadInFlight < payloadPerRequest) {
            throw new IllegalArgumentException(
                    "payloadPerRequest and payloadInFlight must ascend from 1, were %d and %d"
                            .formatted(payloadPerRequest, payloadInFlight));
        }
        if (!transfer.isPositive()) {
            throw new IllegalArgumentException("transfer must be > 0, was " + transfer);
        }
    }

    /// Bounds for some peers on a local network.
    public static WireLimits standard() {
        return new WireLimits(256L << 20, 512L << 20, Duration.ofSeconds(30));
    }
}
