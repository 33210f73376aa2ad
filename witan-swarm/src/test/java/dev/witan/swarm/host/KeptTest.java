// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

final class KeptTest {
    private final List<String> closed = new ArrayList<>();

    private record Thing(String name, long size, List<String> closed) implements Kept.Thing {
        @Override
        public void close() {
            closed.add(name);
        }
    }

    private Thing thing(String name, long size) {
        return new Thing(name, size, closed);
    }

    @Test
    void theOldestMakesRoom() {
        var kept = new Kept<Integer>(10, 100);
        kept.put(1, thing("a", 4), 0);
        kept.put(2, thing("b", 4), 0);
        assertThat(kept.put(3, thing("c", 7), 0)).isTrue();
        assertThat(closed).containsExactly("a", "b");
        assertThat(kept.bytes()).isEqualTo(7);
        assertThat(kept.get(1, 0)).isNull();
        assertThat(kept.put(4, thing("d", 11), 0)).isFalse();
        assertThat(closed).containsExactly("a", "b", "d");
        assertThat(kept.bytes()).isEqualTo(7);
    }

    @Test
    void whatHasBeenKeptLongEnoughGoes() {
        var kept = new Kept<Integer>(10, 100);
        kept.put(1, thing("a", 4), 0);
        kept.put(2, thing("b", 4), 50);
        assertThat(kept.get(1, 99)).isNotNull();
        assertThat(kept.take(1, 100)).isNull();
        assertThat(kept.take(2, 100)).isNotNull();
        assertThat(closed).containsExactly("a");
        assertThat(kept.isEmpty()).isTrue();
        assertThat(kept.bytes()).isZero();
    }

    @Test
    void whatIsTakenBelongsToWhoTookIt() {
        var kept = new Kept<Integer>(10, 100);
        kept.put(1, thing("a", 4), 0);
        kept.put(2, thing("b", 4), 0);
        assertThat(kept.take(1, 0)).isNotNull();
        kept.removeIf(key -> key == 1);
        kept.removeIf(key -> key == 2);
        assertThat(closed).containsExactly("b");
        assertThat(kept.bytes()).isZero();
    }
}
