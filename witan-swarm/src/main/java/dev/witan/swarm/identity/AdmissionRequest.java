// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/// A peer's request for a certificate: as a new peer with an invite, or as a member for a newer
/// one.
///
/// Everything is under the peer's signature; with an invite, everything is under the secret's code
/// too, so nobody can put another key into somebody's request. A copy of a request gets nothing but
/// the certificate of the peer that made it.
///
/// @param body what is asked for
/// @param right why it may be asked for
/// @param signature of the peer, over body and right
public record AdmissionRequest(Body body, Right right, byte[] signature) {
    /// The most addresses in a certificate.
    public static final int ENDPOINTS_MAX = 8;

    private static final int VERSION = 1;
    private static final int ROLE_MAX = 127;

    /// What is asked for.
    ///
    /// @param swarm the swarm
    /// @param binding the peer's key and its signature of the TLS key
    /// @param tlsKey X.509 form of the P-256 key to certify
    /// @param role the role asked for
    /// @param endpoints where the peer can be reached
    /// @param time when the request was made, in whole milliseconds
    record Body(
            SwarmId swarm,
            TlsBinding binding,
            byte[] tlsKey,
            PeerRole role,
            List<Endpoint> endpoints,
            Instant time) {
        Body {
            endpoints = List.copyOf(endpoints);
            if (endpoints.size() > ENDPOINTS_MAX) {
                throw new IllegalArgumentException(
                        "endpoints must be <= " + ENDPOINTS_MAX + ", were " + endpoints.size());
            }
        }

        byte[] encode() {
            var out =
                    new FieldWriter()
                            .number(VERSION)
                            .fixed(swarm.bytes())
                            .bytes(binding.encode())
                            .bytes(tlsKey)
                            .number(role.code())
                            .number(time.toEpochMilli());
            Endpoint.writeAll(endpoints, out);
            return out.toBytes();
        }

        static Body read(FieldReader in) throws IdentityException {
            in.version("admission version", VERSION);
            SwarmId swarm = SwarmId.of(in.fixed("swarm", SwarmId.BYTES));
            TlsBinding binding = TlsBinding.decode(in.bytes("binding", 128));
            byte[] tlsKey = in.bytes("tls key", EcKeys.ENCODED_BYTES);
            PeerRole role = PeerRole.of(in.count("role", ROLE_MAX));
            Instant time = Instant.ofEpochMilli(in.number("time", Long.MAX_VALUE));
            return new Body(
                    swarm, binding, tlsKey, role, Endpoint.readAll(in, ENDPOINTS_MAX), time);
        }

        PublicKey publicKey() throws IdentityException {
            return EcKeys.decodePublic(tlsKey);
        }
    }

    /// Why a certificate may be asked for.
    sealed interface Right {
        /// An invite.
        ///
        /// @param invite public name of the invite
        /// @param code made with its secret over the body
        record ByInvite(String invite, byte[] code) implements Right {}

        /// A certificate that holds.
        ///
        /// @param chain the peer's present certificates
        record ByCertificate(List<X509Certificate> chain) implements Right {}

        default byte[] encode() {
            var out = new FieldWriter();
            switch (this) {
                case ByInvite(String invite, byte[] code) ->
                        out.number(0).fixed(java.util.HexFormat.of().parseHex(invite)).fixed(code);
                case ByCertificate(var chain) -> {
                    out.number(1);
                    Certificates.write(chain, out);
                }
            }
            return out.toBytes();
        }

        static Right read(FieldReader in) throws IdentityException {
            if (in.number("right", 1) == 0) {
                return new ByInvite(
                        java.util.HexFormat.of().formatHex(in.fixed("invite", InviteSecret.BYTES)),
                        in.fixed("code", Digests.BYTES));
            }
            return new ByCertificate(Certificates.read(in, Certificates.CHAIN_MAX));
        }
    }

    static AdmissionRequest sign(PeerKey peer, Body body, Right right) {
        return new AdmissionRequest(
                body, right, peer.sign(Purpose.ADMISSION, content(body, right)));
    }

    boolean isSigned() {
        return peer().verifies(Purpose.ADMISSION, content(body, right), signature);
    }

    /// Who asks.
    public PeerPublicKey peer() {
        return body.binding.peer();
    }

    /// The binary form.
    public byte[] encode() {
        return new FieldWriter().fixed(content(body, right)).fixed(signature).toBytes();
    }

    /// A request from its binary form.
    public static AdmissionRequest decode(byte[] bytes) throws IdentityException {
        var in = new FieldReader(bytes);
        Body body = Body.read(in);
        Right right = Right.read(in);
        byte[] signature = in.fixed("signature", PeerPublicKey.SIGNATURE_BYTES);
        in.end();
        return new AdmissionRequest(body, right, signature);
    }

    private static byte[] content(Body body, Right right) {
        return new FieldWriter().fixed(body.encode()).fixed(right.encode()).toBytes();
    }

    @Override
    public String toString() {
        return "AdmissionRequest[" + peer().peer() + " as " + body.role.label() + "]";
    }
}
