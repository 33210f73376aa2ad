// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.grpc;

import dev.witan.swarm.protocol.Rows;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Sends a message frame by frame, no faster than the other side takes them.
///
/// **Threads** any; one at a time does the work.
final class FrameSink {
    private final BooleanSupplier ready;
    private final Consumer<Frame> send;
    private final Runnable end;
    private final Queue<Iterator<Frame>> frames = new ArrayDeque<>();
    private boolean ended;

    /// @param ready whether another frame would not have to wait in memory
    /// @param end called once after the last frame
    FrameSink(Message message, BooleanSupplier ready, Consumer<Frame> send, Runnable end) {
        this.ready = ready;
        this.send = send;
        this.end = end;
        frames.add(List.<Frame>of(new Frame.Header(message.header())).iterator());
        message.payload().forEach(rows -> frames.add(new Chunks(rows)));
    }

    /// Sends what may be sent now.
    synchronized void pump() {
        while (!ended) {
            while (!frames.isEmpty() && !frames.element().hasNext()) {
                frames.remove();
            }
            if (frames.isEmpty()) {
                ended = true;
                end.run();
            } else if (ready.getAsBoolean()) {
                send.accept(frames.element().next());
            } else {
                return;
            }
        }
    }

    /// Stops for good.
    synchronized void stop() {
        ended = true;
    }

    private static final class Chunks implements Iterator<Frame> {
        private final Rows rows;
        private long next;

        Chunks(Rows rows) {
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            return next < rows.size();
        }

        @Override
        public Frame next() {
            long size = Math.min(rows.size() - next, WireLimits.CHUNK);
            if (size <= 0) {
                throw new NoSuchElementException();
            }
            MemorySegment chunk = rows.data().asSlice(next, size);
            next += size;
            return new Frame.Chunk(chunk);
        }
    }
}
