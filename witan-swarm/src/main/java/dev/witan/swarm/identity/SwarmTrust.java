// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.identity.IdentityException.Reason;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/// Which certificates hold, here and now: the roots and the revocations that this peer knows.
///
/// Both can change while connections are open. Whoever keeps connections registers with [#onChange]
/// and asks [SwarmTls#peerOf] again.
///
/// **Threads** safe; a check sees one consistent state.
public final class SwarmTrust {
    /// How many root sets are kept for peers that were away.
    public static final int HISTORY_MAX = 16;

    /// How many authorities' revocation lists are kept.
    public static final int LISTS_MAX = 256;

    /// What became of an announced root set or revocation list.
    public enum Applied {
        /// It holds now.
        NEW,
        /// It, or a later one, was known.
        OUTDATED,
        /// It is not signed by anybody trusted here, or is another swarm's.
        FORGED,
        /// There are too many signers.
        OVER_LIMIT
    }

    private static final int FILE_BYTES_MAX = 64 << 20;
    private static final int LIST_BYTES_MAX = 1 << 20;

    private record State(List<RootSet> history, Map<String, RevocationList> lists, TrustView view) {
        RootSet current() {
            return history.getLast();
        }
    }

    private final SwarmId swarm;
    private final InstantSource clock;
    private final List<PeerCheck> checks;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private long changes;
    private volatile State state;

    SwarmTrust(RootSet first, InstantSource clock, List<PeerCheck> checks) {
        swarm = first.swarm();
        this.clock = clock;
        this.checks = List.copyOf(checks);
        state = state(List.of(first), Map.of());
    }

    /// The trust of the peer that founded a swarm.
    public static SwarmTrust founded(RootSet first, InstantSource clock) throws IdentityException {
        if (!first.isSigned()) {
            throw new IdentityException(Reason.FORGED, "the first root set is not signed");
        }
        return new SwarmTrust(first, clock, PeerChecks.all());
    }

    /// The trust of a peer that knows one root by its fingerprint, from a join token.
    ///
    /// @param history root sets as another peer sent them, oldest first
    public static SwarmTrust pinned(
            SwarmId swarm, String fingerprint, List<RootSet> history, InstantSource clock)
            throws IdentityException {
        for (int i = 0; i < history.size(); i++) {
            RootSet set = history.get(i);
            if (set.swarm().equals(swarm) && set.signer().equals(fingerprint) && set.isSigned()) {
                var trust = new SwarmTrust(set, clock, PeerChecks.all());
                history.subList(i + 1, history.size()).forEach(trust::apply);
                return trust;
            }
        }
        throw new IdentityException(
                Reason.FORGED,
                "the answer does not come from the swarm of the token (its root certificate has"
                        + " another fingerprint)");
    }

    /// The swarm.
    public SwarmId swarm() {
        return swarm;
    }

    /// The present root set.
    public RootSet roots() {
        return state.current();
    }

    /// The root sets known, oldest first, for peers that join or were away.
    public List<RootSet> history() {
        return state.history;
    }

    /// The revocation lists in force.
    public List<RevocationList> revocations() {
        return List.copyOf(state.lists.values());
    }

    /// The fingerprint that a new join token names.
    public String pin() {
        return roots().signer();
    }

    /// Takes a root set if one of the present roots signed it and its number is higher.
    public Applied apply(RootSet next) {
        synchronized (this) {
            RootSet current = state.current();
            if (!next.swarm().equals(swarm)) {
                return Applied.FORGED;
            }
            if (next.sequence() <= current.sequence()) {
                return Applied.OUTDATED;
            }
            if (!current.roots().contains(next.roots().getFirst()) || !next.isSigned()) {
                return Applied.FORGED;
            }
            var history = new ArrayList<>(state.history);
            history.add(next);
            int from = Math.max(0, history.size() - HISTORY_MAX);
            state = state(history.subList(from, history.size()), state.lists);
        }
        listeners.forEach(Runnable::run);
        return Applied.NEW;
    }

    /// Takes a revocation list if an authority under the present roots signed it and its number is
    /// higher than that of the last one of the same authority.
    public Applied apply(RevocationList list) {
        synchronized (this) {
            if (!list.swarm().equals(swarm) || !isByAuthority(list) || !list.isSigned()) {
                return Applied.FORGED;
            }
            RevocationList known = state.lists.get(list.signer());
            if (known != null && known.sequence() >= list.sequence()) {
                return Applied.OUTDATED;
            }
            if (known == null && state.lists.size() >= LISTS_MAX) {
                return Applied.OVER_LIMIT;
            }
            var lists = new HashMap<>(state.lists);
            lists.put(list.signer(), list);
            state = state(state.history, lists);
        }
        listeners.forEach(Runnable::run);
        return Applied.NEW;
    }

    /// The next list of `signer`: what it revoked so far, `peers` and `serials`. A root takes over
    /// all that is in force; a new root signs such a list before it stands alone, for lists under a
    /// root that left mean nothing to peers that join later. The list is not applied yet.
    public RevocationList revoking(Authority signer, Set<PeerId> peers, Set<BigInteger> serials) {
        State now = state;
        RevocationList last = now.lists.get(Certificates.fingerprint(signer.certificate()));
        var allPeers = new HashSet<>(peers);
        var allSerials = new HashSet<>(serials);
        if (last != null) {
            add(last, allPeers, allSerials);
        }
        if (signer.isRoot()) {
            allPeers.addAll(now.view.peers());
            allSerials.addAll(now.view.serials());
        }
        return RevocationList.sign(
                signer, last == null ? 1 : last.sequence() + 1, allPeers, allSerials);
    }

    /// Who shows this chain, if it holds now.
    ///
    /// **Errors** [PeerRefusedException] with the reason.
    public PeerIdentity check(List<X509Certificate> chain) throws PeerRefusedException {
        return check(chain, state.view.at(clock.instant()), checks);
    }

    /// The present trust without an instant.
    TrustView view() {
        return state.view;
    }

    java.time.Instant now() {
        return clock.instant();
    }

    /// Whether a peer was revoked.
    public boolean isRevoked(PeerId peer) {
        return state.view.peers().contains(peer);
    }

    /// Whether `proof` shows that the swarm admitted the owner of `key` at some time: a chain up to
    /// a trusted root. Neither the clock nor revocations matter here, so that all peers with the
    /// same roots give the same answer.
    public boolean isMember(PeerPublicKey key, byte[] proof) {
        try {
            var in = new FieldReader(proof);
            List<X509Certificate> chain = Certificates.read(in, Certificates.CHAIN_MAX);
            in.end();
            if (chain.isEmpty()) {
                return false;
            }
            TrustView then = state.view.at(chain.getFirst().getNotBefore().toInstant());
            List<PeerCheck> timeless =
                    List.of(PeerChecks::path, PeerChecks::kind, PeerChecks::binding);
            return check(chain, then, timeless).key().equals(key);
        } catch (IdentityException | PeerRefusedException e) {
            return false;
        }
    }

    /// Calls `listener` after each change, on the thread that applied it.
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /// Stores roots and revocations.
    public void save(Path file) throws IOException {
        State now = state;
        var out = new FieldWriter().number(now.history.size());
        now.history.forEach(set -> out.bytes(set.encode()));
        out.number(now.lists.size());
        now.lists.values().forEach(list -> out.bytes(list.encode()));
        byte[] content = out.toBytes();
        OwnerFiles.replace(
                file, new FieldWriter().fixed(Digests.sha256(content)).fixed(content).toBytes());
    }

    /// Trust from its file.
    ///
    /// **Errors** [IdentityException] `MISSING`, `OPEN_PERMISSIONS` or `CORRUPT`.
    public static SwarmTrust open(Path file, InstantSource clock) throws IOException {
        byte[] stored = OwnerFiles.read(file, FILE_BYTES_MAX);
        try {
            var outer = new FieldReader(stored);
            byte[] hash = outer.fixed("hash", Digests.BYTES);
            byte[] content = outer.fixed("content", outer.remaining());
            if (!java.util.Arrays.equals(hash, Digests.sha256(content))) {
                throw IdentityException.malformed("another hash");
            }
            return read(new FieldReader(content), clock);
        } catch (IdentityException e) {
            throw OwnerFiles.corrupt(file, "list of roots and revocations", e);
        }
    }

    private static SwarmTrust read(FieldReader in, InstantSource clock) throws IdentityException {
        int sets = in.count("root sets", HISTORY_MAX);
        if (sets == 0) {
            throw IdentityException.malformed("no root set");
        }
        SwarmTrust trust = founded(RootSet.decode(in.bytes("root set", LIST_BYTES_MAX)), clock);
        for (int i = 1; i < sets; i++) {
            trust.apply(RootSet.decode(in.bytes("root set", LIST_BYTES_MAX)));
        }
        // Lists under a root that has left were applied while it held, and stay.
        var lists = new HashMap<String, RevocationList>();
        for (int rest = in.count("revocation lists", LISTS_MAX); rest > 0; rest--) {
            var list = RevocationList.decode(in.bytes("revocation list", LIST_BYTES_MAX));
            lists.put(list.signer(), list);
        }
        in.end();
        trust.state = trust.state(trust.state.history, lists);
        return trust;
    }

    private static PeerIdentity check(
            List<X509Certificate> chain, TrustView view, List<PeerCheck> checks)
            throws PeerRefusedException {
        if (chain.isEmpty()) {
            throw new PeerRefusedException(Refusal.NO_CERTIFICATE);
        }
        if (chain.size() > Certificates.CHAIN_MAX) {
            throw new PeerRefusedException(Refusal.MALFORMED);
        }
        for (PeerCheck check : checks) {
            check.check(chain, view);
        }
        X509Certificate leaf = chain.getFirst();
        try {
            return new PeerIdentity(
                    PeerChecks.bindingOf(leaf).peer(),
                    LeafNames.of(leaf).role(),
                    leaf.getNotAfter().toInstant());
        } catch (IdentityException e) {
            throw new PeerRefusedException(Refusal.MALFORMED, e);
        }
    }

    private boolean isByAuthority(RevocationList list) {
        List<X509Certificate> roots = state.current().roots();
        if (list.isByRoot()) {
            return roots.contains(list.chain().getFirst());
        }
        try {
            // What an issuer revoked stays revoked when its certificate has run out.
            PeerChecks.path(
                    list.chain(),
                    state.view.at(list.chain().getFirst().getNotBefore().toInstant()));
            return true;
        } catch (PeerRefusedException e) {
            return false;
        }
    }

    private State state(List<RootSet> history, Map<String, RevocationList> lists) {
        var peers = new HashSet<PeerId>();
        var serials = new HashSet<BigInteger>();
        lists.values().stream()
                .filter(RevocationList::isByRoot)
                .forEach(l -> add(l, peers, serials));
        Set<PeerId> byRoots = Set.copyOf(peers);
        Collection<RevocationList> all = lists.values();
        // An issuer that a root revoked has no say any more.
        all.stream()
                .filter(list -> !list.isByRoot() && !isSignerIn(list, byRoots))
                .forEach(l -> add(l, peers, serials));
        var view =
                new TrustView(
                        ++changes,
                        swarm,
                        history.getLast().roots(),
                        Set.copyOf(peers),
                        Set.copyOf(serials),
                        java.time.Instant.EPOCH);
        return new State(List.copyOf(history), Map.copyOf(lists), view);
    }

    private static void add(RevocationList list, Set<PeerId> peers, Set<BigInteger> serials) {
        peers.addAll(list.peers());
        serials.addAll(list.serials());
    }

    private static boolean isSignerIn(RevocationList list, Set<PeerId> peers) {
        try {
            return peers.contains(LeafNames.peer(list.chain().getFirst()));
        } catch (IdentityException e) {
            return true;
        }
    }
}
