// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.swarm.ExpertId;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// Replicas follow load and shares follow speed, but neither follows noise.
class LoadFollowingTest {
    private static final ExpertId HOT = new ExpertId("m", 0, 0);
    private static final HotExperts.Limits LIMITS = new HotExperts.Limits(2, 1.2, 3, 2);

    @Test
    void aHotExpertGetsMoreAfterAgreeingObservationsAndNoMoreThanTheLimit() {
        var hot = new HotExperts(LIMITS);
        assertThat(hot.observe(load(100))).isEmpty();
        assertThat(hot.observe(load(100))).isEmpty();
        assertThat(hot.observe(load(100))).isEqualTo(Map.of(HOT, 1));
        for (int i = 0; i < 9; i++) {
            hot.observe(load(100));
        }
        assertThat(hot.observe(load(100))).isEqualTo(Map.of(HOT, 2));
    }

    @Test
    void aSpikeChangesNothing() {
        var hot = new HotExperts(LIMITS);
        for (int i = 0; i < 20; i++) {
            assertThat(hot.observe(load(i % 3 == 2 ? 1 : 100))).isEmpty();
        }
    }

    @Test
    void anyConstantLoadSettles() {
        for (double rows = 0; rows < 20; rows += 0.1) {
            var hot = new HotExperts(LIMITS);
            for (int i = 0; i < 30; i++) {
                hot.observe(load(rows));
            }
            Map<ExpertId, Integer> settled = hot.observe(load(rows));
            for (int i = 0; i < 30; i++) {
                assertThat(hot.observe(load(rows))).isEqualTo(settled);
            }
        }
    }

    @Test
    void whatCoolsDownLosesItsReplicasAgain() {
        var hot = new HotExperts(LIMITS);
        for (int i = 0; i < 6; i++) {
            hot.observe(load(100));
        }
        for (int i = 0; i < 6; i++) {
            hot.observe(load(1));
        }
        assertThat(hot.observe(load(1))).isEmpty();
        assertThat(hot.observe(Map.of())).isEmpty();
    }

    @Test
    void aFallToAQuarterIsFollowedInThirtySecondsAndNoiseIsNot() {
        var speed = new MeasuredSpeed(Duration.ofSeconds(5), 0.1);
        var random = new SplittableRandom(1);
        double published = speed.observe(1000, 0);
        long second = 1_000_000_000L;
        int changes = 0;
        for (int t = 1; t <= 600; t++) {
            double now = speed.observe(1000 * (1 + 0.05 * random.nextGaussian()), t * second);
            changes += now == published ? 0 : 1;
            published = now;
        }
        assertThat(changes).isZero();
        for (int t = 601; t <= 630; t++) {
            speed.observe(250, t * second);
        }
        assertThat(speed.published()).isBetween(249.0, 300.0);
        assertThat(speed.observe(Double.NaN, 640 * second)).isEqualTo(speed.published());
    }

    @Test
    void limitsThatWouldFlapAreRefused() {
        assertThatThrownBy(() -> new HotExperts.Limits(2, 2, 3, 2))
                .hasMessage("removeBelow must be in (0, addAbove = 2.0), was 2.0");
    }

    /// One expert among ten, nine of which have one row each.
    private static Map<ExpertId, Double> load(double rows) {
        var load = new HashMap<ExpertId, Double>();
        for (int i = 1; i < 10; i++) {
            load.put(new ExpertId("m", 0, i), 1.0);
        }
        load.put(HOT, rows);
        return load;
    }
}
