// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.ExpertId;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// A [VoterStore] in one file: a log of records, each forced to the disk before `save` returns.
///
/// A record is its length and the CRC32C of its content (4 bytes each, big endian), then the
/// content ([VoterRecords]). Opening reads the log up to the first incomplete record at its end,
/// which no answer can have followed from, and writes it anew with the last record of each expert:
/// temporary file, force, rename. A damaged record that is followed by others is refused: the votes
/// after it are promises.
///
/// After one failed write nothing more is written, because nobody knows what reached the disk.
///
/// **Errors.** [IOException] with the name of the file and what is wrong.
///
/// **Threads.** One at a time; one process per folder (its lock belongs to the data directory).
public final class FileVoterStore implements VoterStore, Closeable {
    /// Most bytes of a record; three sets of the most members fit.
    static final int RECORD_MAX = 1 << 20;

    private static final int HEADER = 2 * Integer.BYTES;

    private final Path file;
    private final Map<ExpertId, Vote> votes = new TreeMap<>();
    private Optional<MembershipState> membership = Optional.empty();
    private final FileChannel channel;
    private boolean failed;

    /// Opens or makes the log.
    public FileVoterStore(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            read(ByteBuffer.wrap(Files.readAllBytes(file)));
        }
        rewrite();
        channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    @Override
    public Contents load() {
        return new Contents(votes, membership);
    }

    @Override
    public void save(ExpertId expert, Vote vote) throws IOException {
        append(VoterRecords.of(expert, vote));
        votes.put(expert, vote);
    }

    @Override
    public void save(MembershipState state) throws IOException {
        append(VoterRecords.of(state));
        membership = Optional.of(state);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void append(byte[] content) throws IOException {
        if (failed) {
            throw new IOException(file + ": an earlier write failed; restart the peer");
        }
        failed = true;
        write(channel, content);
        channel.force(false);
        failed = false;
    }

    private static void write(FileChannel channel, byte[] content) throws IOException {
        var record = ByteBuffer.allocate(HEADER + content.length);
        record.putInt(content.length).putInt(checksum(content)).put(content).flip();
        while (record.hasRemaining()) {
            channel.write(record);
        }
    }

    private void read(ByteBuffer log) throws IOException {
        while (log.remaining() >= HEADER) {
            int at = log.position();
            int length = log.getInt();
            int checksum = log.getInt();
            if (length < 0 || length > RECORD_MAX) {
                throw damaged(at);
            }
            if (length > log.remaining()) {
                return;
            }
            var content = new byte[length];
            log.get(content);
            if (checksum(content) != checksum) {
                if (!log.hasRemaining()) {
                    return;
                }
                throw damaged(at);
            }
            VoterRecords.read(content, votes::put, state -> membership = Optional.of(state));
        }
    }

    private IOException damaged(int at) {
        return new IOException(
                file
                        + ": damaged at byte "
                        + at
                        + "; remove this peer from the swarm and let it join under a new identity");
    }

    private void rewrite() throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        try (var out =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            for (Map.Entry<ExpertId, Vote> vote : votes.entrySet()) {
                write(out, VoterRecords.of(vote.getKey(), vote.getValue()));
            }
            if (membership.isPresent()) {
                write(out, VoterRecords.of(membership.get()));
            }
            out.force(true);
        }
        Files.move(
                temporary,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            forceFolder(folder);
        }
    }

    /// Windows cannot open a folder and orders renames by itself.
    private static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (AccessDeniedException e) {
            if (!System.getProperty("os.name").startsWith("Windows")) {
                throw e;
            }
        }
    }

    private static int checksum(byte[] content) {
        var checksum = new CRC32C();
        checksum.update(content);
        return (int) checksum.getValue();
    }
}
