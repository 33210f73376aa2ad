// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.identity.Endpoint;
import dev.witan.swarm.identity.FieldReader;
import dev.witan.swarm.identity.FieldWriter;
import dev.witan.swarm.identity.IdentityException;
import dev.witan.swarm.identity.SwarmId;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/// What a peer says about some of its experts. A piece without an endpoint is a tombstone: the peer
/// has taken back what the slot said before.
///
/// @param swarm the swarm
/// @param index the peer's number of the piece, from 0
/// @param sequence a higher number replaces a lower one
/// @param proof of the peer's membership, opaque here
/// @param content the experts, or that there are none any more
record Piece(SwarmId swarm, int index, long sequence, byte[] proof, Content content) {
    private static final int VERSION = 1;
    private static final int HASH_BYTES = 32;

    /// What a slot says.
    sealed interface Content {
        /// Experts at an endpoint, in ascending order.
        record Experts(Endpoint endpoint, List<ExpertRecord> records) implements Content {
            public Experts {
                records = List.copyOf(records);
            }
        }

        /// Nothing any more.
        record Tombstone() implements Content {}
    }

    List<ExpertRecord> records() {
        return switch (content) {
            case Content.Experts(Endpoint _, var records) -> records;
            case Content.Tombstone() -> List.of();
        };
    }

    byte[] encode() {
        var out =
                new FieldWriter()
                        .number(VERSION)
                        .fixed(swarm.bytes())
                        .number(index)
                        .number(sequence)
                        .bytes(proof);
        switch (content) {
            case Content.Tombstone() -> out.number(0);
            case Content.Experts(Endpoint endpoint, var records) -> {
                out.number(1);
                endpoint.write(out);
                writeAll(records, out);
            }
        }
        return out.toBytes();
    }

    static Piece decode(byte[] bytes, DirectoryLimits limits) throws IdentityException {
        var in = new FieldReader(bytes);
        in.version("piece version", VERSION);
        SwarmId swarm = SwarmId.of(in.fixed("swarm", SwarmId.BYTES));
        int index = in.count("piece", limits.peerPieces() - 1);
        long sequence = in.number("sequence", Long.MAX_VALUE);
        byte[] proof = in.bytes("proof", DirectoryLimits.PROOF_BYTES_MAX);
        Content content = new Content.Tombstone();
        if (in.number("kind", 1) == 1) {
            content = new Content.Experts(Endpoint.read(in), readAll(in, limits));
        }
        in.end();
        return new Piece(swarm, index, sequence, proof, content);
    }

    /// Model names once, then per record the name's number and the fields.
    private static void writeAll(List<ExpertRecord> records, FieldWriter out) {
        var models = new TreeSet<String>();
        records.forEach(record -> models.add(record.expert().model()));
        List<String> names = List.copyOf(models);
        out.number(names.size());
        names.forEach(out::text);
        out.number(records.size());
        for (ExpertRecord record : records) {
            out.number(names.indexOf(record.expert().model()))
                    .number(record.expert().layer())
                    .number(record.expert().index())
                    .number(record.role() == ReplicaRole.PRIMARY ? 1 : 0)
                    .number(record.epoch())
                    .number(record.version())
                    .fixed(HexFormat.of().parseHex(record.hash()));
        }
    }

    private static List<ExpertRecord> readAll(FieldReader in, DirectoryLimits limits)
            throws IdentityException {
        int models = in.count("models", limits.pieceRecords());
        var names = new ArrayList<String>(models);
        for (int i = 0; i < models; i++) {
            String name = in.text("model", DirectoryLimits.MODEL_BYTES_MAX);
            if (name.isBlank()) {
                throw new IdentityException(
                        IdentityException.Reason.MALFORMED, "a model name is blank");
            }
            names.add(name);
        }
        int count = in.count("records", limits.pieceRecords());
        var records = new ArrayList<ExpertRecord>(count);
        for (int i = 0; i < count; i++) {
            ExpertRecord next = read(in, names);
            if (i > 0 && next.compareTo(records.getLast()) <= 0) {
                throw new IdentityException(
                        IdentityException.Reason.MALFORMED, "records are not in ascending order");
            }
            records.add(next);
        }
        return records;
    }

    private static ExpertRecord read(FieldReader in, List<String> names) throws IdentityException {
        String model = names.get(in.count("model", names.size() - 1));
        int layer = in.count("layer", Integer.MAX_VALUE);
        int index = in.count("expert", Integer.MAX_VALUE);
        ReplicaRole role = in.number("role", 1) == 1 ? ReplicaRole.PRIMARY : ReplicaRole.BACKUP;
        long epoch = in.number("epoch", Long.MAX_VALUE);
        long version = in.number("version", Long.MAX_VALUE);
        String hash = HexFormat.of().formatHex(in.fixed("hash", HASH_BYTES));
        return new ExpertRecord(new ExpertId(model, layer, index), role, epoch, version, hash);
    }
}
