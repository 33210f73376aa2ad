// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Everything that one authority has revoked, signed and numbered. A later list of the same
/// authority replaces an earlier one; the lists of several authorities add up.
///
/// @param swarm the swarm
/// @param sequence a higher number of the same signer replaces a lower one
/// @param peers peers that are no longer accepted, nor what they issued
/// @param serials serial numbers of single certificates that are no longer accepted
/// @param chain the signer's certificates, its own first
/// @param signature of the signer
public record RevocationList(
        SwarmId swarm,
        long sequence,
        SortedSet<PeerId> peers,
        SortedSet<BigInteger> serials,
        List<X509Certificate> chain,
        byte[] signature) {
    /// The most peers, and the most certificates, in one list.
    public static final int ENTRIES_MAX = 10_000;

    private static final int VERSION = 1;
    private static final int SERIAL_BYTES_MAX = 20;
    private static final int BYTES_MAX =
            ENTRIES_MAX * (Digests.BYTES + SERIAL_BYTES_MAX + 1) + 3 * Certificates.BYTES_MAX;

    /// Copies the sets.
    public RevocationList {
        peers = new TreeSet<>(peers);
        serials = new TreeSet<>(serials);
        chain = List.copyOf(chain);
        if (peers.size() > ENTRIES_MAX || serials.size() > ENTRIES_MAX) {
            throw new IllegalArgumentException(
                    "a revocation list has at most " + ENTRIES_MAX + " peers and certificates");
        }
    }

    /// A list signed by an authority.
    public static RevocationList sign(
            Authority signer, long sequence, Set<PeerId> peers, Set<BigInteger> serials) {
        var unsigned =
                new RevocationList(
                        signer.swarm(),
                        sequence,
                        new TreeSet<>(peers),
                        new TreeSet<>(serials),
                        signer.chain(),
                        new byte[0]);
        return new RevocationList(
                unsigned.swarm,
                sequence,
                unsigned.peers,
                unsigned.serials,
                unsigned.chain,
                signer.sign(Purpose.REVOCATION, unsigned.content()));
    }

    /// The binary form.
    public byte[] encode() {
        return new FieldWriter().bytes(content()).bytes(signature).toBytes();
    }

    /// A list from its binary form; its signature is looked at when it is applied.
    public static RevocationList decode(byte[] bytes) throws IdentityException {
        var outer = new FieldReader(bytes);
        var in = new FieldReader(outer.bytes("revocation list", BYTES_MAX));
        byte[] signature = outer.bytes("signature", EcKeys.SIGNATURE_BYTES_MAX);
        outer.end();
        in.version("revocation list version", VERSION);
        SwarmId swarm = SwarmId.of(in.fixed("swarm", SwarmId.BYTES));
        long sequence = in.number("sequence", Long.MAX_VALUE);
        var peers = new TreeSet<PeerId>();
        for (int rest = in.count("peers", ENTRIES_MAX); rest > 0; rest--) {
            peers.add(new PeerId(HexFormat.of().formatHex(in.fixed("peer", Digests.BYTES))));
        }
        var serials = new TreeSet<BigInteger>();
        for (int rest = in.count("serials", ENTRIES_MAX); rest > 0; rest--) {
            serials.add(new BigInteger(1, in.bytes("serial", SERIAL_BYTES_MAX)));
        }
        List<X509Certificate> chain = Certificates.read(in, Certificates.CHAIN_MAX);
        in.end();
        if (chain.isEmpty() || !chain.stream().allMatch(Certificates::isAuthority)) {
            throw IdentityException.malformed("a revocation list without an authority");
        }
        return new RevocationList(swarm, sequence, peers, serials, chain, signature);
    }

    /// Names the signer: SHA-256 of its certificate.
    String signer() {
        return Certificates.fingerprint(chain.getFirst());
    }

    boolean isByRoot() {
        return chain.size() == 1;
    }

    boolean isSigned() {
        return EcKeys.verifies(
                chain.getFirst().getPublicKey(), Purpose.REVOCATION, content(), signature);
    }

    private byte[] content() {
        var out = new FieldWriter().number(VERSION).fixed(swarm.bytes()).number(sequence);
        out.number(peers.size());
        peers.forEach(peer -> out.fixed(HexFormat.of().parseHex(peer.hex())));
        out.number(serials.size());
        serials.forEach(serial -> out.bytes(serial.toByteArray()));
        Certificates.write(chain, out);
        return out.toBytes();
    }
}
