// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.identity.FieldReader;
import dev.witan.swarm.identity.FieldWriter;
import dev.witan.swarm.identity.IdentityException;
import dev.witan.swarm.identity.OwnerFiles;
import dev.witan.swarm.identity.PeerKey;
import dev.witan.swarm.identity.SwarmId;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/// A peer's copy of who holds which expert. Whatever carries shards between peers feeds it; it
/// outlives that carrier and answers from memory.
///
/// **Threads** safe; [#replicas] never waits.
public final class Directory {
    private static final int VERSION = 1;
    private static final int FILE_BYTES_MAX = 256 << 20;

    private final SwarmId swarm;
    private final DirectoryLimits limits;
    private final Predicate<PeerId> revoked;
    private final PieceGate gate;
    private final AtomicReferenceArray<DirectoryShard> shards;
    private final ReplicaIndex index = new ReplicaIndex();
    private final Map<Drop, LongAdder> dropped = new EnumMap<>(Drop.class);

    /// An empty directory.
    ///
    /// @param members who was ever admitted
    /// @param revoked whose experts are not used any more; asked at each look-up
    public Directory(
            SwarmId swarm, DirectoryLimits limits, MemberCheck members, Predicate<PeerId> revoked) {
        this(swarm, limits, revoked, new PieceGate(PieceGate.standard(swarm, members, limits)));
    }

    Directory(SwarmId swarm, DirectoryLimits limits, Predicate<PeerId> revoked, PieceGate gate) {
        this.swarm = swarm;
        this.limits = limits;
        this.revoked = revoked;
        this.gate = gate;
        shards = new AtomicReferenceArray<>(limits.shards());
        for (int i = 0; i < limits.shards(); i++) {
            shards.set(i, DirectoryShard.empty(i));
        }
        for (Drop reason : Drop.values()) {
            dropped.put(reason, new LongAdder());
        }
    }

    /// The shard under a key.
    public DirectoryShard shard(int key) {
        return shards.get(key);
    }

    /// The bounds.
    public DirectoryLimits limits() {
        return limits;
    }

    /// The peers that published an expert, primaries first, from memory.
    public List<Replica> replicas(ExpertId expert) {
        List<Replica> all = index.replicas(expert);
        for (Replica replica : all) {
            if (revoked.test(replica.peer())) {
                return all.stream().filter(r -> !revoked.test(r.peer())).toList();
            }
        }
        return all;
    }

    /// Experts with at least one replica.
    public int experts() {
        return index.experts();
    }

    /// How many pieces were dropped for a reason.
    public long dropped(Drop reason) {
        LongAdder count = dropped.get(reason);
        return count == null ? 0 : count.sum();
    }

    /// The verified part of a shard from the wire: what a carrier's deserialiser returns. The rest
    /// is dropped and counted.
    ///
    /// A piece equal to the one known costs no signature check.
    ///
    /// **Errors** [IdentityException] `MALFORMED` if nothing of it can be read; counted as well.
    public DirectoryShard verified(byte[] bytes) throws IdentityException {
        DirectoryShard.Raw raw;
        try {
            raw = DirectoryShard.decode(bytes, limits);
        } catch (IdentityException e) {
            count(Drop.MALFORMED, 1);
            throw e;
        }
        count(Drop.MALFORMED, raw.malformed());
        DirectoryShard known = shard(raw.index());
        var good = new ArrayList<SignedPiece>();
        for (SignedPiece piece : raw.pieces()) {
            if (piece.equals(known.pieces().get(piece.slot()))) {
                good.add(piece);
                continue;
            }
            Optional<Drop> drop = gate.check(piece, known);
            drop.ifPresentOrElse(reason -> count(reason, 1), () -> good.add(piece));
        }
        return DirectoryShard.of(raw.index(), good);
    }

    /// Takes a shard from the wire. Returns whether something new was in it.
    ///
    /// **Errors** as [#verified].
    public boolean receive(byte[] bytes) throws IdentityException {
        return merge(verified(bytes));
    }

    /// Takes a verified shard, as a carrier hands it over. Returns whether something new was in it.
    public synchronized boolean merge(DirectoryShard verified) {
        DirectoryShard before = shard(verified.index());
        DirectoryShard after = before.merge(verified);
        if (after.equals(before)) {
            return false;
        }
        after.pieces()
                .forEach((slot, piece) -> {
                    SignedPiece old = before.pieces().get(slot);
                    if (!piece.equals(old)) {
                        if (old != null) {
                            index.remove(old);
                        }
                        index.add(piece);
                    }
                });
        shards.set(after.index(), after);
        return true;
    }

    /// Publishes what this peer holds. Returns the shards that changed, for the carrier.
    ///
    /// Pieces that say the same as before are left alone. Numbers go on from the highest that the
    /// directory knows for this peer, so that a peer that lost its disk finds its place again.
    ///
    /// **Errors** [DirectoryFullException] if the peer's quota or a shard's size would be exceeded.
    public synchronized List<DirectoryShard> publish(PeerKey peer, Publication publication)
            throws DirectoryFullException {
        int count = publication.records().size();
        if (count > limits.peerRecords()) {
            throw new DirectoryFullException(
                    "a peer publishes at most "
                            + limits.peerRecords()
                            + " experts, this one holds "
                            + count
                            + "; give it less memory");
        }
        var contents = new ArrayList<Piece.Content>();
        for (int from = 0; from < count; from += limits.pieceRecords()) {
            int to = Math.min(count, from + limits.pieceRecords());
            contents.add(
                    new Piece.Content.Experts(
                            publication.endpoint(), publication.records().subList(from, to)));
        }
        return publish(peer, contents, publication.proof());
    }

    /// Takes back everything that this peer published, with signed tombstones. Returns the shards
    /// that changed.
    public synchronized List<DirectoryShard> leave(PeerKey peer, byte[] proof)
            throws DirectoryFullException {
        return publish(peer, List.of(), proof);
    }

    /// Stores all shards.
    public void save(Path file) throws IOException {
        var out = new FieldWriter().number(VERSION);
        var stored = new ArrayList<DirectoryShard>();
        for (int i = 0; i < limits.shards(); i++) {
            if (!shard(i).pieces().isEmpty()) {
                stored.add(shard(i));
            }
        }
        out.number(stored.size());
        stored.forEach(shard -> out.bytes(shard.encode()));
        OwnerFiles.replace(file, out.toBytes());
    }

    /// Takes what is in a file, if there is one; every piece is verified again. Returns whether
    /// there was one.
    ///
    /// **Errors** [IdentityException] `OPEN_PERMISSIONS`, or `CORRUPT` if the file's form is
    /// damaged; the pieces before the damage are kept.
    public boolean load(Path file) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        byte[] bytes = OwnerFiles.read(file, FILE_BYTES_MAX);
        try {
            var in = new FieldReader(bytes);
            in.version("directory version", VERSION);
            for (int rest = in.count("shards", limits.shards()); rest > 0; rest--) {
                receive(in.bytes("shard", in.remaining()));
            }
            in.end();
            return true;
        } catch (IdentityException e) {
            throw OwnerFiles.corrupt(file, "directory of experts", e);
        }
    }

    private List<DirectoryShard> publish(PeerKey peer, List<Piece.Content> contents, byte[] proof)
            throws DirectoryFullException {
        var own = new TreeMap<Integer, SignedPiece>();
        long sequence = 0;
        for (int i = 0; i < limits.peerPieces(); i++) {
            var slot = new Slot(peer.peer(), i);
            SignedPiece present = shard(slot.shard(limits)).pieces().get(slot);
            if (present != null) {
                own.put(i, present);
                sequence = Math.max(sequence, present.sequence());
            }
        }
        int slots = Math.max(contents.size(), own.isEmpty() ? 0 : own.lastKey() + 1);
        var changed = new TreeMap<Integer, DirectoryShard>();
        for (int i = 0; i < slots; i++) {
            Piece.Content content =
                    i < contents.size() ? contents.get(i) : new Piece.Content.Tombstone();
            SignedPiece present = own.get(i);
            if (present != null
                    && present.piece().content().equals(content)
                    && java.util.Arrays.equals(present.piece().proof(), proof)) {
                continue;
            }
            var signed = SignedPiece.sign(peer, new Piece(swarm, i, sequence + 1, proof, content));
            int key = signed.slot().shard(limits);
            changed.merge(key, DirectoryShard.of(key, List.of(signed)), DirectoryShard::merge);
        }
        return take(changed);
    }

    /// All or nothing: sizes first.
    private List<DirectoryShard> take(Map<Integer, DirectoryShard> changed)
            throws DirectoryFullException {
        for (DirectoryShard part : changed.values()) {
            DirectoryShard before = shard(part.index());
            int size = before.merge(part).encode().length;
            // A shard that is too large already may still shrink.
            if (size > limits.shardBytes() && size > before.encode().length) {
                throw new DirectoryFullException(
                        "shard "
                                + part.index()
                                + " of the directory would have "
                                + size
                                + " bytes, the limit is "
                                + limits.shardBytes()
                                + "; found the swarm with more shards");
            }
        }
        changed.values().forEach(this::merge);
        return changed.keySet().stream().map(this::shard).toList();
    }

    private void count(Drop reason, long times) {
        LongAdder counter = dropped.get(reason);
        if (counter != null) {
            counter.add(times);
        }
    }
}
