// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// A bounded queue that serves its callers in turn, so that one who asks much waits for himself.
///
/// Requests of one caller keep their order.
final class FairQueue<C, J> {
    private final int maxJobs;
    private final int maxJobsPerCaller;
    private final long maxBytes;
    private final Map<C, ArrayDeque<Entry<J>>> callers = new LinkedHashMap<>();
    private int jobs;
    private long bytes;

    private record Entry<J>(J job, long size) {}

    FairQueue(int maxJobs, int maxJobsPerCaller, long maxBytes) {
        this.maxJobs = maxJobs;
        this.maxJobsPerCaller = maxJobsPerCaller;
        this.maxBytes = maxBytes;
    }

    /// Takes a job in, unless there is no room for it.
    boolean offer(C caller, J job, long size) {
        ArrayDeque<Entry<J>> own = callers.get(caller);
        if (jobs >= maxJobs
                || size > maxBytes - bytes
                || (own != null && own.size() >= maxJobsPerCaller)) {
            return false;
        }
        callers.computeIfAbsent(caller, _ -> new ArrayDeque<>()).add(new Entry<>(job, size));
        jobs++;
        bytes += size;
        return true;
    }

    /// The next job: the first of the caller who has waited longest for a turn.
    @Nullable J poll() {
        Iterator<Map.Entry<C, ArrayDeque<Entry<J>>>> turns = callers.entrySet().iterator();
        if (!turns.hasNext()) {
            return null;
        }
        Map.Entry<C, ArrayDeque<Entry<J>>> turn = turns.next();
        turns.remove();
        C caller = turn.getKey();
        ArrayDeque<Entry<J>> own = turn.getValue();
        Entry<J> next = own.remove();
        if (!own.isEmpty()) {
            callers.put(caller, own);
        }
        jobs--;
        bytes -= next.size;
        return next.job;
    }

    int jobs() {
        return jobs;
    }
}
