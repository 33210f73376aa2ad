// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import dev.witan.swarm.protocol.Rows;

import java.util.List;

/// A serialised header and the rows that follow it.
record Message(byte[] header, List<Rows> payload) {
    Message {
        payload = List.copyOf(payload);
    }
}
