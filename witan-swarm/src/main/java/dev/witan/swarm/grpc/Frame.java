// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import java.lang.foreign.MemorySegment;

/// One message of a call.
sealed interface Frame {
    /// First byte of a header's message.
    int HEADER = 0;

    /// First byte of a chunk's message.
    int CHUNK = 1;

    /// The serialised header.
    record Header(byte[] bytes) implements Frame {}

    /// A piece of the rows, checked.
    record Chunk(MemorySegment data) implements Frame {}

    /// Something that is neither; a value, because an exception here would end the connection and
    /// every other call on it.
    ///
    /// @param damaged whether it was changed on the way, so that sending again may help
    record Broken(String reason, boolean damaged) implements Frame {}
}
