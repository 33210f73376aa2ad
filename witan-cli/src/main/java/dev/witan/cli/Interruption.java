// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets work that was interrupted from outside (Ctrl-C, SIGTERM) save itself before the process
/// ends.
///
/// The JVM then runs its shutdown hooks and exits with 128 + the signal's number, whatever the main
/// thread does; the hook asks the work to stop and waits for it, within bounds.
final class Interruption {
    private static final long WAIT_SECONDS_MAX = 120;

    private Interruption() {}

    /// Work that may fail.
    interface Work<T> {
        T run() throws IOException;
    }

    /// Runs `work`; a signal calls `stop`, and the process ends when the work has.
    static <T> T guard(Runnable stop, Work<T> work) throws IOException {
        var done = new CountDownLatch(1);
        var hook = new Thread(() -> stopAndWait(stop, done), "interruption");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.run();
        } finally {
            done.countDown();
            remove(hook);
        }
    }

    private static void stopAndWait(Runnable stop, CountDownLatch done) {
        stop.run();
        try {
            if (!done.await(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
                return; // the last checkpoint has to do
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending: the hook is running already.
        }
    }
}
