// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/// A queue of events in virtual time, with the randomness and the record of one run.
///
/// Events of one moment happen in the order they were planned. **Threads** one.
public final class Simulation {
    /// Notes kept for a failure's message.
    private static final int NOTES = 60;

    private final long seed;
    private final SplittableRandom random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Deque<String> notes = new ArrayDeque<>();
    private long now;
    private long planned;
    private long digest = 1125899906842597L;

    /// A run with the given seed.
    public Simulation(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    /// Something that will happen, unless it is cancelled before.
    public static final class Event implements Comparable<Event> {
        private final long at;
        private final long number;
        private Runnable body;

        private Event(long at, long number, Runnable body) {
            this.at = at;
            this.number = number;
            this.body = body;
        }

        /// Keeps the event from happening.
        public void cancel() {
            body = () -> {};
        }

        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(number);
        }
    }

    /// The seed.
    public long seed() {
        return seed;
    }

    /// The source of everything that is left to chance.
    public SplittableRandom random() {
        return random;
    }

    /// Virtual time in nanoseconds, from 0.
    public long now() {
        return now;
    }

    /// Plans an event.
    ///
    /// @param delayNanos time from now, negative counts as 0
    public Event after(long delayNanos, Runnable body) {
        var event = new Event(now + Math.max(0, delayNanos), planned++, body);
        events.add(event);
        return event;
    }

    /// Whether something happens with the given probability.
    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /// Writes down what happened. Notes make a failure readable, and two runs comparable.
    public void note(String what) {
        String line = now / 1000 + "us " + what;
        for (int i = 0; i < line.length(); i++) {
            digest = 31 * digest + line.charAt(i);
        }
        notes.add(line);
        if (notes.size() > NOTES) {
            notes.remove();
        }
    }

    /// The last notes.
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /// A hash of all notes: equal for two runs of one seed.
    public long digest() {
        return digest;
    }

    /// Lets events happen until there are none left.
    ///
    /// @param maxEvents bound on their number
    /// @return false if the bound was reached
    public boolean run(long maxEvents) {
        for (long i = 0; i < maxEvents; i++) {
            Event next = events.poll();
            if (next == null) {
                return true;
            }
            now = next.at;
            next.body.run();
        }
        return events.isEmpty();
    }
}
