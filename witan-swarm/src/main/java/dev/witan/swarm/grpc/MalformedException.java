// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

/// A message that cannot be what it should be; the other side is at fault.
final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedException(String message) {
        super(message);
    }

    MalformedException(String message, Throwable cause) {
        super(message, cause);
    }
}
