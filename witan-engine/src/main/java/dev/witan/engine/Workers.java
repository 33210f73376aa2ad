// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.global.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// A fixed pool of threads in which every libtorch operator runs single-threaded.
///
/// Work on many small matrices goes about twice as fast with one matrix per thread as with all
/// threads on each matrix. Gradients are not recorded on a worker, and tensors made by a task are
/// freed when it ends: results are written into tensors of the caller.
public final class Workers {
    private static final ScopedValue<Boolean> ALONE = ScopedValue.newInstance();

    private final int size;
    private final ExecutorService pool;

    Workers(int size) {
        this.size = size;
        var number = new AtomicInteger();
        this.pool =
                Executors.newFixedThreadPool(
                        size,
                        work -> {
                            String name = "witan-worker-" + number.getAndIncrement();
                            return Thread.ofPlatform().daemon().name(name).unstarted(work);
                        });
    }

    /// Work on the task with the given index.
    @FunctionalInterface
    public interface Task {
        /// Does the work of task `index`.
        void run(int index);
    }

    /// Number of threads.
    public int size() {
        return size;
    }

    /// Runs `body` with all tasks on the calling thread, which behaves as a worker meanwhile: its
    /// operators are single-threaded and record no gradients.
    ///
    /// For passes so small that waking another thread costs more than the work: results are the
    /// same to the last bit, since they do not depend on who runs a task.
    public static <T> T alone(Supplier<T> body) {
        int threads = torch.get_num_threads();
        boolean recording = GradMode.is_enabled();
        beWorker();
        try {
            return ScopedValue.where(ALONE, true).call(body::get);
        } finally {
            GradMode.set_enabled(recording);
            torch.set_num_threads(threads);
        }
    }

    /// Runs tasks `0 .. tasks-1` and returns when all have ended.
    ///
    /// Tasks are claimed in ascending order by whichever worker is free, so a task must not depend
    /// on which worker runs it. **Errors** the first failure is rethrown after all workers have
    /// stopped; tasks not yet claimed are dropped. **Threads** any but a worker's own.
    public void forEach(int tasks, Task task) {
        if (tasks <= 0) {
            return;
        }
        var next = new AtomicInteger();
        if (ALONE.isBound()) {
            claim(next, tasks, task);
            return;
        }
        List<Future<?>> running = new ArrayList<>();
        for (int w = 0; w < Math.min(size, tasks); w++) {
            running.add(pool.submit(() -> drain(next, tasks, task)));
        }
        RuntimeException failure = null;
        for (Future<?> worker : running) {
            failure = await(worker, failure);
        }
        if (failure != null) {
            throw failure;
        }
    }

    /// Work on the rows `first .. first+count-1`.
    @FunctionalInterface
    public interface RowTask {
        /// Does the work of these rows.
        void run(int first, int count);
    }

    /// Runs a task for each block of at most `blockRows` of `rows` rows, as [#forEach] does.
    public void forEachBlock(long rows, int blockRows, RowTask task) {
        int total = Math.toIntExact(rows);
        forEach(
                Math.ceilDiv(total, blockRows),
                block -> {
                    int first = block * blockRows;
                    task.run(first, Math.min(blockRows, total - first));
                });
    }

    private static void drain(AtomicInteger next, int tasks, Task task) {
        beWorker();
        claim(next, tasks, task);
    }

    /// Both are properties of the thread; setting them again costs nothing measurable.
    private static void beWorker() {
        torch.set_num_threads(1);
        GradMode.set_enabled(false);
    }

    private static void claim(AtomicInteger next, int tasks, Task task) {
        int index;
        while ((index = next.getAndIncrement()) < tasks) {
            try (var scope = new PointerScope()) {
                task.run(index);
            } catch (RuntimeException | Error e) {
                next.set(tasks);
                throw e;
            }
        }
    }

    /// Waits for one worker without giving up on interrupts: its task writes into our tensors.
    private static @org.jspecify.annotations.Nullable RuntimeException await(
            Future<?> worker, @org.jspecify.annotations.Nullable RuntimeException earlier) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    worker.get();
                    return earlier;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof Error error) {
                        throw error;
                    }
                    RuntimeException failure =
                            e.getCause() instanceof RuntimeException known
                                    ? known
                                    : new IllegalStateException(e.getCause());
                    return earlier == null ? failure : earlier;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
