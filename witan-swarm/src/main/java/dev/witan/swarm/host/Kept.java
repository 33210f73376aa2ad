// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/// Things kept for a while, bounded in bytes and in time; the oldest goes first.
///
/// What leaves without being taken is closed.
final class Kept<K> {
    private final long maxBytes;
    private final long lifeNanos;
    private final Map<K, Entry> entries = new LinkedHashMap<>();
    private long bytes;

    /// Something that can be kept.
    interface Thing extends AutoCloseable {
        /// Bytes held.
        long size();

        @Override
        void close();
    }

    private record Entry(Thing thing, long size, long expiresAt) {}

    Kept(long maxBytes, long lifeNanos) {
        this.maxBytes = maxBytes;
        this.lifeNanos = lifeNanos;
    }

    /// Keeps `thing`, if it is not larger than everything may be; else closes it.
    boolean put(K key, Thing thing, long now) {
        long size = thing.size();
        if (size > maxBytes) {
            thing.close();
            return false;
        }
        Iterator<Entry> oldest = entries.values().iterator();
        while (bytes + size > maxBytes) {
            drop(oldest.next());
            oldest.remove();
        }
        entries.put(key, new Entry(thing, size, now + lifeNanos));
        bytes += size;
        return true;
    }

    @Nullable Thing get(K key, long now) {
        expire(now);
        Entry entry = entries.get(key);
        return entry == null ? null : entry.thing;
    }

    /// What is kept, also when its time is over.
    @Nullable Thing peek(K key) {
        Entry entry = entries.get(key);
        return entry == null ? null : entry.thing;
    }

    /// Hands a thing over to the caller, who closes it.
    @Nullable Thing take(K key, long now) {
        expire(now);
        Entry entry = entries.remove(key);
        if (entry == null) {
            return null;
        }
        bytes -= entry.size;
        return entry.thing;
    }

    /// Lets go of what has been kept long enough.
    void expire(long now) {
        Iterator<Entry> all = entries.values().iterator();
        while (all.hasNext()) {
            Entry entry = all.next();
            if (now - entry.expiresAt < 0) {
                return;
            }
            drop(entry);
            all.remove();
        }
    }

    void removeIf(Predicate<K> condition) {
        entries.entrySet()
                .removeIf(entry -> {
                    boolean matches = condition.test(entry.getKey());
                    if (matches) {
                        drop(entry.getValue());
                    }
                    return matches;
                });
    }

    private void drop(Entry entry) {
        bytes -= entry.size;
        entry.thing.close();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /// Bytes kept.
    long bytes() {
        return bytes;
    }
}
