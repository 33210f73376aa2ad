// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.identity.IdentityException.Reason;

import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/// What a new peer needs to join: where to knock, whom to believe, and the secret that lets it in.
///
/// The text form is `witan1.` and base64url of the fields with four bytes of their hash, so that a
/// token cut short or mistyped is found before anything is sent. [#toString] hides the secret.
///
/// @param swarm the swarm
/// @param issuer the peer that made the invite and redeems it
/// @param seeds where members can be reached, the issuer first
/// @param root fingerprint of the root certificate to believe: 64 hexadecimal digits
/// @param secret of the invite
/// @param role what the peer is invited for
/// @param expires last instant of the invite
public record JoinToken(
        SwarmId swarm,
        PeerId issuer,
        List<Endpoint> seeds,
        String root,
        InviteSecret secret,
        PeerRole role,
        Instant expires) {
    /// The most seeds in a token.
    public static final int SEEDS_MAX = 8;

    private static final String PREFIX = "witan1.";
    private static final int TEXT_MAX = 4096;
    private static final int CHECK_BYTES = 4;
    private static final int ROLE_MAX = 127;
    private static final long SECONDS_MAX = 253_402_300_799L;

    /// Copies and checks the seeds.
    public JoinToken {
        seeds = List.copyOf(seeds);
        if (seeds.isEmpty() || seeds.size() > SEEDS_MAX) {
            throw new IllegalArgumentException(
                    "a token has 1 to " + SEEDS_MAX + " seeds, had " + seeds.size());
        }
    }

    /// The text form, which holds the secret: for a file or standard input, not for logs.
    public String text() {
        var out =
                new FieldWriter()
                        .fixed(swarm.bytes())
                        .fixed(HexFormat.of().parseHex(issuer.hex()))
                        .fixed(HexFormat.of().parseHex(root))
                        .fixed(secret.bytes())
                        .number(role.code())
                        .number(expires.getEpochSecond());
        Endpoint.writeAll(seeds, out);
        byte[] body = out.toBytes();
        return PREFIX
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(new FieldWriter().fixed(body).fixed(check(body)).toBytes());
    }

    /// A token from its text form; white space around it is ignored.
    ///
    /// **Errors** [IdentityException] `MALFORMED` or `UNKNOWN_VERSION`; the text is not repeated.
    public static JoinToken parse(String text) throws IdentityException {
        String token = text.strip();
        if (!token.startsWith(PREFIX)) {
            throw token.startsWith("witan")
                    ? new IdentityException(
                            Reason.UNKNOWN_VERSION,
                            "the join token was made by another version of witan; install the same"
                                    + " version")
                    : mistyped(null);
        }
        try {
            if (token.length() > TEXT_MAX) {
                throw mistyped(null);
            }
            byte[] all = Base64.getUrlDecoder().decode(token.substring(PREFIX.length()));
            int length = all.length - CHECK_BYTES;
            if (length < 0) {
                throw mistyped(null);
            }
            byte[] body = Arrays.copyOf(all, length);
            if (!Arrays.equals(check(body), Arrays.copyOfRange(all, length, all.length))) {
                throw mistyped(null);
            }
            JoinToken parsed = read(new FieldReader(body));
            // The last character of base64 may have bits that mean nothing.
            if (!parsed.text().equals(token)) {
                throw mistyped(null);
            }
            return parsed;
        } catch (IllegalArgumentException e) {
            throw mistyped(e);
        }
    }

    /// Checks that the token can be used now by a peer that is in no swarm or in this one.
    ///
    /// **Errors** [IdentityException] `EXPIRED` or `WRONG_SWARM`.
    public JoinToken usable(Instant now, java.util.Optional<SwarmId> own) throws IdentityException {
        if (own.isPresent() && !own.get().equals(swarm)) {
            throw new IdentityException(
                    Reason.WRONG_SWARM,
                    "the join token is for swarm "
                            + swarm.shortName()
                            + ", but this peer belongs to swarm "
                            + own.get().shortName()
                            + "; use another data folder");
        }
        if (now.isAfter(expires)) {
            throw new IdentityException(
                    Reason.EXPIRED, "the join token expired at " + expires + "; ask for a new one");
        }
        return this;
    }

    private static JoinToken read(FieldReader in) throws IdentityException {
        SwarmId swarm = SwarmId.of(in.fixed("swarm", SwarmId.BYTES));
        var issuer = new PeerId(HexFormat.of().formatHex(in.fixed("issuer", Digests.BYTES)));
        String root = HexFormat.of().formatHex(in.fixed("root", Digests.BYTES));
        InviteSecret secret = InviteSecret.of(in.fixed("secret", InviteSecret.BYTES));
        PeerRole role = PeerRole.of(in.count("role", ROLE_MAX));
        Instant expires = Instant.ofEpochSecond(in.number("expiry", SECONDS_MAX));
        List<Endpoint> seeds = Endpoint.readAll(in, SEEDS_MAX);
        in.end();
        return new JoinToken(swarm, issuer, seeds, root, secret, role, expires);
    }

    private static byte[] check(byte[] body) {
        return Arrays.copyOf(Digests.sha256(body), CHECK_BYTES);
    }

    private static IdentityException mistyped(@org.jspecify.annotations.Nullable Exception cause) {
        String message = "the join token is incomplete or mistyped; copy it again as a whole";
        return cause == null
                ? IdentityException.malformed(message)
                : new IdentityException(Reason.MALFORMED, message, cause);
    }
}
