// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// An issuer's answer to an [AdmissionRequest].
public sealed interface AdmissionReply {
    /// The peer is a member.
    ///
    /// @param chain its certificate, the issuer's if any, the root's
    /// @param history root sets, oldest first
    /// @param revocations lists in force
    record Admitted(
            List<X509Certificate> chain, List<RootSet> history, List<RevocationList> revocations)
            implements AdmissionReply {
        /// Copies the lists.
        public Admitted {
            chain = List.copyOf(chain);
            history = List.copyOf(history);
            revocations = List.copyOf(revocations);
        }
    }

    /// The peer is not admitted.
    ///
    /// @param reason why
    record Rejected(Rejection reason) implements AdmissionReply {}

    /// The longest binary form that is read.
    int BYTES_MAX = 16 << 20;

    /// The binary form.
    default byte[] encode() {
        var out = new FieldWriter();
        switch (this) {
            case Rejected(Rejection reason) -> out.number(0).text(reason.name());
            case Admitted(var chain, var history, var revocations) -> {
                out.number(1);
                Certificates.write(chain, out);
                out.number(history.size());
                history.forEach(set -> out.bytes(set.encode()));
                out.number(revocations.size());
                revocations.forEach(list -> out.bytes(list.encode()));
            }
        }
        return out.toBytes();
    }

    /// A reply from its binary form.
    static AdmissionReply decode(byte[] bytes) throws IdentityException {
        if (bytes.length > BYTES_MAX) {
            throw IdentityException.malformed("an admission reply of " + bytes.length + " bytes");
        }
        var in = new FieldReader(bytes);
        if (in.number("kind", 1) == 0) {
            var rejected = new Rejected(Rejection.of(in.text("reason", 64)));
            in.end();
            return rejected;
        }
        List<X509Certificate> chain = Certificates.read(in, Certificates.CHAIN_MAX);
        var history = new ArrayList<RootSet>();
        for (int rest = in.count("root sets", SwarmTrust.HISTORY_MAX); rest > 0; rest--) {
            history.add(RootSet.decode(in.bytes("root set", in.remaining())));
        }
        var lists = new ArrayList<RevocationList>();
        for (int rest = in.count("revocation lists", SwarmTrust.LISTS_MAX); rest > 0; rest--) {
            lists.add(RevocationList.decode(in.bytes("revocation list", in.remaining())));
        }
        in.end();
        return new Admitted(chain, history, lists);
    }
}
