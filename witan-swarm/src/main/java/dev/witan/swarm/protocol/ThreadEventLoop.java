// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// An event loop on a thread of its own.
///
/// A task that throws is logged and does not end the loop. After [#close] tasks are dropped.
public final class ThreadEventLoop implements EventLoop, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadEventLoop.class);
    private static final Timer DROPPED = () -> {};

    private final ScheduledThreadPoolExecutor thread;

    /// A loop whose thread has the given name.
    public ThreadEventLoop(String name) {
        this.thread =
                new ScheduledThreadPoolExecutor(
                        1, work -> Thread.ofPlatform().daemon().name(name).unstarted(work));
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        try {
            thread.execute(() -> run(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("task after the end of the loop", e);
        }
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> future =
                    thread.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            LOG.debug("timer after the end of the loop", e);
            return DROPPED;
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a task of the event loop failed", e);
        }
    }

    /// Ends the thread; what has not begun is dropped.
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
