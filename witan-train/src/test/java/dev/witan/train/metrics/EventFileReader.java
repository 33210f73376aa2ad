// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A second, independent implementation of event files, for reading: bitwise CRC, field by field.
final class EventFileReader {
    /// One event; parts it lacks are empty.
    static final class Event {
        double wallTime;
        long step;
        String fileVersion = "";
        boolean sessionStart;
        final Map<String, Float> scalars = new LinkedHashMap<>();
        final Map<String, Histogram> histograms = new LinkedHashMap<>();
    }

    /// Bars of a histogram and its statistics, min to sum of squares.
    record Histogram(List<Double> statistics, List<Double> limits, List<Double> buckets) {}

    private EventFileReader() {}

    static List<Event> read(Path file) throws IOException {
        var events = new ArrayList<Event>();
        var in = new Cursor(Files.readAllBytes(file));
        while (in.position < in.bytes.length) {
            byte[] header = in.take(8);
            requireChecksum(header, in.little(4), "length");
            byte[] data = in.take(Math.toIntExact(new Cursor(header).little(8)));
            requireChecksum(data, in.little(4), "data");
            events.add(event(new Cursor(data)));
        }
        return events;
    }

    /// Castagnoli's polynomial, reflected, one bit at a time.
    static long crc32c(byte[] bytes) {
        long crc = 0xFFFFFFFFL;
        for (byte b : bytes) {
            crc ^= b & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78L : crc >> 1;
            }
        }
        return crc ^ 0xFFFFFFFFL;
    }

    private static void requireChecksum(byte[] bytes, long stored, String part) throws IOException {
        long unmasked = (stored - 0xA282EAD8L) & 0xFFFFFFFFL;
        long crc = ((unmasked << 15) | (unmasked >> 17)) & 0xFFFFFFFFL;
        if (crc != crc32c(bytes)) {
            throw new IOException("checksum of " + part + " is wrong");
        }
    }

    private static Event event(Cursor in) throws IOException {
        var event = new Event();
        while (in.position < in.bytes.length) {
            switch ((int) in.varint()) {
                case 1 << 3 | 1 -> event.wallTime = Double.longBitsToDouble(in.little(8));
                case 2 << 3 -> event.step = in.varint();
                case 3 << 3 | 2 -> event.fileVersion = in.string();
                case 5 << 3 | 2 -> summary(in.message(), event);
                case 7 << 3 | 2 -> event.sessionStart = in.message().varint() == (1 << 3);
                default -> throw new IOException("unknown field of an event");
            }
        }
        return event;
    }

    private static void summary(Cursor in, Event event) throws IOException {
        while (in.position < in.bytes.length) {
            if (in.varint() != (1 << 3 | 2)) {
                throw new IOException("unknown field of a summary");
            }
            Cursor value = in.message();
            String tag = "";
            while (value.position < value.bytes.length) {
                switch ((int) value.varint()) {
                    case 1 << 3 | 2 -> tag = value.string();
                    case 2 << 3 | 5 ->
                            event.scalars.put(tag, Float.intBitsToFloat((int) value.little(4)));
                    case 5 << 3 | 2 -> event.histograms.put(tag, histogram(value.message()));
                    default -> throw new IOException("unknown field of a value");
                }
            }
        }
    }

    private static Histogram histogram(Cursor in) throws IOException {
        var histogram = new Histogram(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        while (in.position < in.bytes.length) {
            int key = (int) in.varint();
            if ((key & 7) == 1) {
                histogram.statistics().add(Double.longBitsToDouble(in.little(8)));
                continue;
            }
            Cursor packed = in.message();
            List<Double> target = key >> 3 == 6 ? histogram.limits() : histogram.buckets();
            while (packed.position < packed.bytes.length) {
                target.add(Double.longBitsToDouble(packed.little(8)));
            }
        }
        return histogram;
    }

    /// A position in bytes.
    private static final class Cursor {
        final byte[] bytes;
        int position;

        Cursor(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] take(int count) throws IOException {
            var in = new DataInputStream(new ByteArrayInputStream(bytes));
            in.skipNBytes(position);
            byte[] taken = new byte[count];
            in.readFully(taken);
            position += count;
            return taken;
        }

        long little(int size) throws IOException {
            long value = 0;
            byte[] taken = take(size);
            for (int i = size - 1; i >= 0; i--) {
                value = value << 8 | (taken[i] & 0xFF);
            }
            return value;
        }

        long varint() throws IOException {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte next = take(1)[0];
                value |= (long) (next & 0x7F) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new IOException("varint is longer than ten bytes");
        }

        String string() throws IOException {
            return new String(message().bytes, StandardCharsets.UTF_8);
        }

        Cursor message() throws IOException {
            return new Cursor(take(Math.toIntExact(varint())));
        }
    }
}
