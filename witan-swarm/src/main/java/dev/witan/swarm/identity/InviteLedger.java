// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The invites that one issuer made and who used them. A use is on disk before the certificate that
/// it pays for is handed out, so that no crash makes an invite usable twice.
///
/// **Threads** safe.
public final class InviteLedger {
    /// The most invites at a time.
    public static final int INVITES_MAX = 1000;

    /// The most uses of one invite.
    public static final int USES_MAX = 1000;

    private static final int FILE_BYTES_MAX = 64 << 20;
    private static final Duration KEPT = Duration.ofDays(7);
    private static final int ROLE_MAX = 127;
    private static final long SECONDS_MAX = 253_402_300_799L;

    private final Path file;
    private final Map<String, Invite> invites;

    private InviteLedger(Path file, Map<String, Invite> invites) {
        this.file = file;
        this.invites = invites;
    }

    /// The ledger in a file, or an empty one if there is no file yet.
    ///
    /// **Errors** [IdentityException] `OPEN_PERMISSIONS` or `CORRUPT`.
    public static InviteLedger open(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new InviteLedger(file, new HashMap<>());
        }
        byte[] stored = OwnerFiles.read(file, FILE_BYTES_MAX);
        try {
            var outer = new FieldReader(stored);
            byte[] hash = outer.fixed("hash", Digests.BYTES);
            byte[] content = outer.fixed("content", outer.remaining());
            if (!Arrays.equals(hash, Digests.sha256(content))) {
                throw IdentityException.malformed("another hash");
            }
            return new InviteLedger(file, read(new FieldReader(content)));
        } catch (IdentityException e) {
            throw OwnerFiles.corrupt(file, "list of invites", e);
        }
    }

    synchronized void add(Invite invite, Instant now) throws IOException {
        // What ran out long ago is answered as unknown.
        invites.values().removeIf(old -> old.expires().plus(KEPT).isBefore(now));
        if (invites.size() >= INVITES_MAX) {
            throw new IdentityException(
                    IdentityException.Reason.NOT_ALLOWED,
                    "there are " + INVITES_MAX + " invites already; let some expire");
        }
        put(invite);
    }

    synchronized Optional<Invite> find(String id) {
        return Optional.ofNullable(invites.get(id));
    }

    /// Notes a use if there is one left for the peer.
    synchronized boolean use(String id, PeerId peer) throws IOException {
        Invite invite = invites.get(id);
        if (invite == null || invite.revoked() || !invite.isOpenTo(peer)) {
            return false;
        }
        if (!invite.users().contains(peer)) {
            put(invite.usedBy(peer));
        }
        return true;
    }

    /// Takes an invite back. Peers that used it stay members.
    ///
    /// @param id public name of the invite, see [InviteSecret#inviteId]
    /// @return whether there was such an invite
    public synchronized boolean revoke(String id) throws IOException {
        Invite invite = invites.get(id);
        if (invite == null) {
            return false;
        }
        put(invite.withdrawn());
        return true;
    }

    /// Disk first: if it fails, memory still agrees with it.
    private void put(Invite invite) throws IOException {
        var next = new TreeMap<>(invites);
        next.put(invite.secret().inviteId(), invite);
        byte[] content = write(next);
        OwnerFiles.replace(
                file, new FieldWriter().fixed(Digests.sha256(content)).fixed(content).toBytes());
        invites.put(invite.secret().inviteId(), invite);
    }

    private static byte[] write(Map<String, Invite> invites) {
        var out = new FieldWriter().number(invites.size());
        for (Invite invite : invites.values()) {
            out.fixed(invite.secret().bytes())
                    .number(invite.role().code())
                    .number(invite.expires().getEpochSecond())
                    .number(invite.usesMax())
                    .number(invite.revoked() ? 1 : 0)
                    .number(invite.users().size());
            invite.users().forEach(peer -> out.fixed(HexFormat.of().parseHex(peer.hex())));
        }
        return out.toBytes();
    }

    private static Map<String, Invite> read(FieldReader in) throws IdentityException {
        var invites = new HashMap<String, Invite>();
        for (int rest = in.count("invites", INVITES_MAX); rest > 0; rest--) {
            InviteSecret secret = InviteSecret.of(in.fixed("secret", InviteSecret.BYTES));
            PeerRole role = PeerRole.of(in.count("role", ROLE_MAX));
            Instant expires = Instant.ofEpochSecond(in.number("expiry", SECONDS_MAX));
            int usesMax = in.count("uses", USES_MAX);
            boolean revoked = in.number("revoked", 1) == 1;
            var users = new HashSet<PeerId>();
            for (int peers = in.count("users", USES_MAX); peers > 0; peers--) {
                users.add(new PeerId(HexFormat.of().formatHex(in.fixed("user", Digests.BYTES))));
            }
            invites.put(
                    secret.inviteId(), new Invite(secret, role, expires, usesMax, revoked, users));
        }
        in.end();
        return invites;
    }
}
