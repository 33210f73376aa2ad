// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.lease;

import dev.witan.swarm.ExpertId;
import dev.witan.swarm.PeerId;
import dev.witan.swarm.consensus.Acceptor;
import dev.witan.swarm.consensus.Ballot;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// The records of a [FileVoterStore]: a kind (1 byte), then fields in the encoding of
/// [java.io.DataOutput]; peers as 64 ASCII digits in its form of a string.
///
/// Kind 1 is a vote: model, layer, index, epoch (two longs), holder, incarnation. Kind 2 is the
/// state of the membership: configuration, consents, promised ballot if any, accepted ballot and
/// configuration if any.
final class VoterRecords {
    private static final int VOTE = 1;
    private static final int MEMBERSHIP = 2;

    private VoterRecords() {}

    private interface Writing {
        void write(DataOutputStream out) throws IOException;
    }

    static byte[] of(ExpertId expert, Vote vote) throws IOException {
        return bytes(out -> {
            out.writeByte(VOTE);
            out.writeUTF(expert.model());
            out.writeInt(expert.layer());
            out.writeInt(expert.index());
            out.writeLong(vote.epoch().configuration());
            out.writeLong(vote.epoch().number());
            out.writeUTF(vote.holder().hex());
            out.writeLong(vote.incarnation());
        });
    }

    static byte[] of(MembershipState state) throws IOException {
        return bytes(out -> {
            out.writeByte(MEMBERSHIP);
            write(out, state.current());
            write(out, state.consents());
            Optional<Ballot> promised = state.successor().promised();
            out.writeBoolean(promised.isPresent());
            if (promised.isPresent()) {
                write(out, promised.get());
            }
            Optional<Acceptor.Accepted<Configuration>> accepted = state.successor().accepted();
            out.writeBoolean(accepted.isPresent());
            if (accepted.isPresent()) {
                write(out, accepted.get().ballot());
                write(out, accepted.get().value());
            }
        });
    }

    static void read(
            byte[] content, BiConsumer<ExpertId, Vote> votes, Consumer<MembershipState> states)
            throws IOException {
        try (var in = new DataInputStream(new ByteArrayInputStream(content))) {
            int kind = in.readByte();
            if (kind == VOTE) {
                var expert = new ExpertId(in.readUTF(), in.readInt(), in.readInt());
                var epoch = new Epoch(in.readLong(), in.readLong());
                votes.accept(expert, new Vote(epoch, peer(in), in.readLong()));
            } else if (kind == MEMBERSHIP) {
                Configuration current = configuration(in);
                SortedSet<PeerId> consents = peers(in);
                Optional<Ballot> promised =
                        in.readBoolean() ? Optional.of(ballot(in)) : Optional.empty();
                Optional<Acceptor.Accepted<Configuration>> accepted =
                        in.readBoolean()
                                ? Optional.of(
                                        new Acceptor.Accepted<>(ballot(in), configuration(in)))
                                : Optional.empty();
                states.accept(
                        new MembershipState(current, consents, new Acceptor<>(promised, accepted)));
            } else {
                throw new IOException(
                        "unknown kind of record " + kind + "; a newer witan wrote it");
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("record with impossible content: " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(Writing writing) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            writing.write(out);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Configuration configuration)
            throws IOException {
        out.writeLong(configuration.number());
        write(out, configuration.members());
    }

    private static void write(DataOutputStream out, Collection<PeerId> peers) throws IOException {
        out.writeInt(peers.size());
        for (PeerId peer : peers) {
            out.writeUTF(peer.hex());
        }
    }

    private static void write(DataOutputStream out, Ballot ballot) throws IOException {
        out.writeLong(ballot.round());
        out.writeUTF(ballot.proposer().hex());
    }

    private static Configuration configuration(DataInputStream in) throws IOException {
        return new Configuration(in.readLong(), peers(in));
    }

    private static SortedSet<PeerId> peers(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > Configuration.MEMBERS_MAX) {
            throw new IOException(
                    "members must be in [0, " + Configuration.MEMBERS_MAX + "], were " + count);
        }
        var peers = new TreeSet<PeerId>();
        for (int i = 0; i < count; i++) {
            peers.add(peer(in));
        }
        return peers;
    }

    private static Ballot ballot(DataInputStream in) throws IOException {
        return new Ballot(in.readLong(), peer(in));
    }

    private static PeerId peer(DataInputStream in) throws IOException {
        return new PeerId(in.readUTF());
    }
}
