// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import java.util.concurrent.atomic.AtomicLong;

/// Bytes that may be taken together.
///
/// **Threads** any.
final class ByteBudget {
    private final long most;
    private final AtomicLong taken = new AtomicLong();

    ByteBudget(long most) {
        this.most = most;
    }

    boolean take(long size) {
        if (taken.addAndGet(size) > most) {
            taken.addAndGet(-size);
            return false;
        }
        return true;
    }

    void give(long size) {
        taken.addAndGet(-size);
    }

    long taken() {
        return taken.get();
    }
}
