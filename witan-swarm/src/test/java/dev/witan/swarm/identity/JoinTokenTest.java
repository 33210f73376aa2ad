// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import static dev.witan.swarm.identity.TestSwarm.HERE;
import static dev.witan.swarm.identity.TestSwarm.RANDOM;
import static dev.witan.swarm.identity.TestSwarm.reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.swarm.identity.IdentityException.Reason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

final class JoinTokenTest {
    private static final Instant EXPIRES = Instant.parse("2026-11-22T12:00:00Z");

    private final SwarmId swarm = SwarmId.random(RANDOM);
    private final JoinToken token =
            new JoinToken(
                    swarm,
                    PeerKey.generate(RANDOM).peer(),
                    HERE,
                    "ab".repeat(32),
                    InviteSecret.random(RANDOM),
                    PeerRole.TRAINER,
                    EXPIRES);

    @Test
    void textComesBack(TestReporter reporter) throws IdentityException {
        assertThat(JoinToken.parse("  " + token.text() + "\n")).isEqualTo(token);
        reporter.publishEntry("characters", String.valueOf(token.text().length()));
    }

    @Test
    void secretIsHidden() {
        String secret = HexFormat.of().formatHex(token.secret().bytes());
        assertThat(token.toString()).doesNotContain(secret).doesNotContain(token.text());
        assertThat(token.toString()).contains("hidden").contains(swarm.hex());
        assertThat(token.secret().inviteId()).isNotEqualTo(secret);
    }

    @Test
    void everyMistypedCharacterIsFound() {
        String text = token.text();
        for (int at = 0; at < text.length(); at++) {
            char other = text.charAt(at) == 'A' ? 'B' : 'A';
            String bad = text.substring(0, at) + other + text.substring(at + 1);
            assertThat(reason(() -> JoinToken.parse(bad)))
                    .isIn(Reason.MALFORMED, Reason.UNKNOWN_VERSION);
        }
    }

    @Test
    void everyCutIsFound() {
        for (int length = 0; length < token.text().length(); length++) {
            String cut = token.text().substring(0, length);
            assertThat(reason(() -> JoinToken.parse(cut)))
                    .isIn(Reason.MALFORMED, Reason.UNKNOWN_VERSION);
        }
        assertThat(reason(() -> JoinToken.parse("witan1." + "A".repeat(100_000))))
                .isEqualTo(Reason.MALFORMED);
    }

    @Test
    void errorsDoNotRepeatTheToken() {
        String bad = token.text() + "x";
        assertThatThrownBy(() -> JoinToken.parse(bad))
                .hasMessage("the join token is incomplete or mistyped; copy it again as a whole");
        assertThatThrownBy(() -> JoinToken.parse("witan2.abc"))
                .hasMessageContaining("another version");
    }

    @Test
    void expiredTokenIsNamed() throws IdentityException {
        assertThat(token.usable(EXPIRES, Optional.empty())).isEqualTo(token);
        assertThatThrownBy(() -> token.usable(EXPIRES.plusNanos(1), Optional.empty()))
                .hasMessage("the join token expired at 2026-11-22T12:00:00Z; ask for a new one");
    }

    @Test
    void tokenOfAnotherSwarmIsNamed() throws IdentityException {
        assertThat(token.usable(EXPIRES, Optional.of(swarm))).isEqualTo(token);
        var own = Optional.of(SwarmId.random(RANDOM));
        assertThat(reason(() -> token.usable(EXPIRES, own))).isEqualTo(Reason.WRONG_SWARM);
    }
}
