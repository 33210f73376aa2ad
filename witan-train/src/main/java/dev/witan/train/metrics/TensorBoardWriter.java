// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A TensorBoard event file that is being written.
///
/// Every event is one unbuffered append of a whole record, so a killed run loses at most the record
/// being written, and TensorBoard can follow a run that goes on. A file is never reopened: a
/// resumed run writes a new one beside the old, and TensorBoard reads them in order.
///
/// Numerics: TensorBoard's scalars are float32. Threads: one thread at a time.
///
/// Source: `event.proto`, `summary.proto` of TensorFlow, version 2 of the file format.
public final class TensorBoardWriter implements AutoCloseable {
    private static final int FILES_PER_SECOND_MAX = 1000;

    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int EVENT_SESSION_LOG = 7;
    private static final int SESSION_LOG_STATUS = 1;
    private static final int SESSION_STARTED = 1;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE = 2;
    private static final int VALUE_HISTOGRAM = 5;

    private final Path file;
    private final OutputStream out;
    private final InstantSource clock;

    private TensorBoardWriter(Path file, InstantSource clock) throws IOException {
        this.file = file;
        this.clock = clock;
        this.out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
    }

    /// Begins a new event file in a folder, which is created if it is missing.
    public static TensorBoardWriter open(Path folder, InstantSource clock) throws IOException {
        Files.createDirectories(folder);
        TensorBoardWriter writer = createFile(folder, clock);
        writer.append(writer.event(0).string(EVENT_FILE_VERSION, "brain.Event:2"));
        return writer;
    }

    /// Begins a new event file for a run that goes on after `lastStep`: TensorBoard forgets what
    /// older files of the folder say about later steps.
    public static TensorBoardWriter resume(Path folder, InstantSource clock, long lastStep)
            throws IOException {
        TensorBoardWriter writer = open(folder, clock);
        var started = new ProtobufMessage().int64(SESSION_LOG_STATUS, SESSION_STARTED);
        writer.append(writer.event(lastStep + 1).message(EVENT_SESSION_LOG, started));
        return writer;
    }

    /// The file being written.
    public Path file() {
        return file;
    }

    /// Appends scalars of one step as one event.
    public void scalars(long step, List<Scalar> scalars) throws IOException {
        var summary = new ProtobufMessage();
        for (Scalar scalar : scalars) {
            summary.message(
                    SUMMARY_VALUE,
                    new ProtobufMessage()
                            .string(VALUE_TAG, scalar.tag())
                            .float32(VALUE_SIMPLE, (float) scalar.value()));
        }
        append(event(step).message(EVENT_SUMMARY, summary));
    }

    /// Appends a histogram whose bar `i` counts how often the index `i` occurred, such as tokens
    /// per expert.
    public void histogram(long step, String tag, List<Long> countPerIndex) throws IOException {
        var value =
                new ProtobufMessage()
                        .string(VALUE_TAG, tag)
                        .message(VALUE_HISTOGRAM, histogram(countPerIndex));
        append(
                event(step)
                        .message(
                                EVENT_SUMMARY,
                                new ProtobufMessage().message(SUMMARY_VALUE, value)));
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private ProtobufMessage event(long step) {
        Instant now = clock.instant();
        double seconds = now.getEpochSecond() + now.getNano() / 1e9;
        return new ProtobufMessage().float64(EVENT_WALL_TIME, seconds).int64(EVENT_STEP, step);
    }

    private void append(ProtobufMessage event) throws IOException {
        FailedWrite.naming(file, out, TfRecord.frame(event.toByteArray()));
    }

    private static ProtobufMessage histogram(List<Long> counts) {
        var limits = new ArrayList<Double>();
        var buckets = new ArrayList<Double>();
        double total = 0;
        double sum = 0;
        double sumOfSquares = 0;
        for (int i = 0; i < counts.size(); i++) {
            double count = counts.get(i);
            limits.add(i + 0.5);
            buckets.add(count);
            total += count;
            sum += count * i;
            sumOfSquares += count * i * i;
        }
        return new ProtobufMessage()
                .float64(1, -0.5)
                .float64(2, counts.size() - 0.5)
                .float64(3, total)
                .float64(4, sum)
                .float64(5, sumOfSquares)
                .float64s(6, limits)
                .float64s(7, buckets);
    }

    /// Two runs that start in the same second, or one that resumes at once, get files of their own.
    private static TensorBoardWriter createFile(Path folder, InstantSource clock)
            throws IOException {
        String prefix =
                String.format(
                        Locale.ROOT,
                        "events.out.tfevents.%010d.%s.%d.",
                        clock.instant().getEpochSecond(),
                        host(),
                        ProcessHandle.current().pid());
        for (int i = 0; i < FILES_PER_SECOND_MAX; i++) {
            Path file = folder.resolve(prefix + i);
            if (Files.notExists(file)) {
                try {
                    return new TensorBoardWriter(file, clock);
                } catch (FileAlreadyExistsException _) {
                    // Another writer took the name between the two calls: the next one is free.
                }
            }
        }
        throw new IOException(
                folder + " holds " + FILES_PER_SECOND_MAX + " event files named " + prefix + "*");
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9_-]", "-");
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}
