// SPDX-License-Identifier: Apache-2.0
/// Generated headers of the expert service; `experts.proto` defines them.
@NullMarked
package dev.witan.swarm.grpc.wire;

import org.jspecify.annotations.NullMarked;
