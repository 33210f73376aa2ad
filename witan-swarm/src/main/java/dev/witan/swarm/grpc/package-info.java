// SPDX-License-Identifier: Apache-2.0
/// Requests and replies over gRPC.
///
/// A call is a stream of frames in each direction. A frame is one gRPC message:
///
/// | first byte | then |
/// |---|---|
/// | 0 | a header of `experts.proto`, once, first |
/// | 1 | CRC32C of the rest as 4 bytes, little-endian; at most 1 MiB of rows |
///
/// Whoever receives asks for a frame at a time, and for the first chunk only when the header's
/// sizes are within its bounds. Row payloads follow in the order of the header's fields, without
/// gaps; a chunk may end one matrix and begin the next.
@NullMarked
package dev.witan.swarm.grpc;

import org.jspecify.annotations.NullMarked;
