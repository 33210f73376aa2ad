// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.swarm.PeerId;
import dev.witan.swarm.identity.Endpoint;
import dev.witan.swarm.identity.PeerRole;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;

final class LivenessTest {
    private static final PeerId PEER = new PeerId("ab".repeat(32));
    private static final PeerId OTHER = new PeerId("cd".repeat(32));

    private long now;
    private final Liveness liveness = new Liveness(LivenessConfig.STANDARD, () -> now);

    private void passMs(long ms) {
        now += Duration.ofMillis(ms).toNanos();
    }

    private void failOnce() {
        liveness.started(PEER);
        liveness.failed(PEER);
    }

    @Test
    void unknownPeerIsUsable() {
        assertThat(liveness.isUsable(PEER)).isTrue();
        liveness.answered(PEER);
        liveness.failed(PEER);
        assertThat(liveness.isUsable(PEER)).isTrue();
        assertThat(liveness.size()).isZero();
    }

    @Test
    void twoFailedCallsAreEnough() {
        failOnce();
        assertThat(liveness.isUsable(PEER)).isTrue();
        failOnce();
        assertThat(liveness.isUsable(PEER)).isFalse();
        assertThat(liveness.isUsable(OTHER)).isTrue();
    }

    @Test
    void answerBetweenFailuresCounts() {
        failOnce();
        liveness.started(PEER);
        liveness.answered(PEER);
        failOnce();
        assertThat(liveness.isUsable(PEER)).isTrue();
    }

    @Test
    void halfASecondOfSilenceIsEnough() {
        liveness.started(PEER);
        passMs(499);
        assertThat(liveness.isUsable(PEER)).isTrue();
        passMs(1);
        assertThat(liveness.isUsable(PEER)).isFalse();
        liveness.answered(PEER);
        assertThat(liveness.isUsable(PEER)).isTrue();
    }

    @Test
    void slowCallAmongAnswersIsNoSilence() {
        liveness.started(PEER);
        for (int i = 0; i < 10; i++) {
            passMs(300);
            liveness.started(PEER);
            liveness.answered(PEER);
            assertThat(liveness.isUsable(PEER)).isTrue();
        }
    }

    @Test
    void idlePeerIsNotSilent() {
        liveness.started(PEER);
        liveness.answered(PEER);
        passMs(60_000);
        assertThat(liveness.isUsable(PEER)).isTrue();
        liveness.started(PEER);
        passMs(400);
        assertThat(liveness.isUsable(PEER)).isTrue();
    }

    @Test
    void oneCallTriesAgain() {
        failOnce();
        failOnce();
        passMs(499);
        assertThat(liveness.isUsable(PEER)).isFalse();
        passMs(1);
        assertThat(liveness.isUsable(PEER)).isTrue();
        liveness.started(PEER);
        assertThat(liveness.isUsable(PEER)).isFalse();
        liveness.answered(PEER);
        assertThat(liveness.isUsable(PEER)).isTrue();
    }

    @Test
    void triesBecomeRarerUpToABound() {
        failOnce();
        failOnce();
        long[] waitsMs = {500, 1000, 2000, 4000, 8000, 8000};
        for (long wait : waitsMs) {
            passMs(wait - 1);
            assertThat(liveness.isUsable(PEER)).as("before %d ms", wait).isFalse();
            passMs(1);
            assertThat(liveness.isUsable(PEER)).as("after %d ms", wait).isTrue();
            failOnce();
        }
        passMs(8000);
        liveness.started(PEER);
        liveness.answered(PEER);
        failOnce();
        failOnce();
        passMs(500);
        assertThat(liveness.isUsable(PEER)).isTrue();
    }

    @Test
    void forgottenPeerStartsAnew() {
        failOnce();
        failOnce();
        liveness.forget(PEER);
        assertThat(liveness.isUsable(PEER)).isTrue();
        assertThat(liveness.size()).isZero();
    }

    /// Whatever happened before, a peer that answers again is used again within the bound.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void peerThatAnswersComesBack(long seed) {
        var random = new SplittableRandom(seed);
        int inFlight = 0;
        for (int i = 0; i < 2000; i++) {
            passMs(random.nextInt(400));
            if (inFlight > 0 && random.nextBoolean()) {
                inFlight--;
                if (random.nextInt(4) == 0) {
                    liveness.answered(PEER);
                } else {
                    liveness.failed(PEER);
                }
            } else if (liveness.isUsable(PEER)) {
                inFlight++;
                liveness.started(PEER);
            }
        }
        for (; inFlight > 0; inFlight--) {
            liveness.failed(PEER);
        }
        passMs(LivenessConfig.STANDARD.probeAfterMax().toMillis());
        assertThat(liveness.isUsable(PEER)).as("seed %d", seed).isTrue();
        liveness.started(PEER);
        liveness.answered(PEER);
        assertThat(liveness.isUsable(PEER)).as("seed %d", seed).isTrue();
    }

    @Test
    void boundsAreChecked() {
        Duration some = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new LivenessConfig(0, some, some, some))
                .hasMessage("failures must be >= 1, was 0");
        assertThatThrownBy(() -> new LivenessConfig(1, some, some, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void membershipTellsItsListeners() {
        var here = new Endpoint("127.0.0.1", 1);
        var membership = new KnownMembership(new Member(PEER, PeerRole.HOST, here, true));
        var changes = new ArrayList<MemberChange>();
        Member other = new Member(OTHER, PeerRole.TRAINER, here, true);
        try (Membership.Subscription _ = membership.onChange(changes::add)) {
            membership.join(other);
            membership.join(other);
            membership.reach(OTHER, false);
            membership.reach(OTHER, false);
            assertThat(membership.members()).containsExactly(PEER, OTHER);
            membership.leave(OTHER);
            membership.leave(OTHER);
        }
        membership.join(other);
        assertThat(changes)
                .containsExactly(
                        new MemberChange.Joined(other),
                        new MemberChange.Reachability(other.withReachable(false)),
                        new MemberChange.Left(OTHER));
        assertThat(membership.member(PEER)).isPresent();
        assertThat(membership.self()).isEqualTo(PEER);
    }
}
