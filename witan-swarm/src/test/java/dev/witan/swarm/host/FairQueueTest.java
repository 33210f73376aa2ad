// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FairQueueTest {
    @Test
    void callersAreServedInTurnAndInOrder() {
        var queue = new FairQueue<String, Integer>(10, 10, 100);
        for (int i = 0; i < 4; i++) {
            assertThat(queue.offer("much", i, 1)).isTrue();
        }
        queue.offer("little", 100, 1);
        queue.offer("some", 200, 1);
        queue.offer("some", 201, 1);
        assertThat(new int[] {next(queue), next(queue), next(queue), next(queue)})
                .containsExactly(0, 100, 200, 1);
        assertThat(new int[] {next(queue), next(queue), next(queue)}).containsExactly(201, 2, 3);
        assertThat(queue.poll()).isNull();
        assertThat(queue.jobs()).isZero();
    }

    @Test
    void oneCallerCannotFillIt() {
        var queue = new FairQueue<String, Integer>(5, 3, 100);
        for (int i = 0; i < 3; i++) {
            assertThat(queue.offer("much", i, 1)).isTrue();
        }
        assertThat(queue.offer("much", 3, 1)).isFalse();
        assertThat(queue.offer("little", 4, 1)).isTrue();
        assertThat(queue.offer("other", 5, 1)).isTrue();
        assertThat(queue.offer("last", 6, 1)).isFalse();
    }

    @Test
    void bytesAreBounded() {
        var queue = new FairQueue<String, Integer>(5, 5, 100);
        assertThat(queue.offer("a", 1, 101)).isFalse();
        assertThat(queue.offer("a", 2, 60)).isTrue();
        assertThat(queue.offer("a", 3, 41)).isFalse();
        assertThat(queue.offer("a", 4, 40)).isTrue();
        next(queue);
        assertThat(queue.offer("a", 5, 60)).isTrue();
        assertThat(queue.offer("a", 6, 0)).isTrue();
    }

    private static int next(FairQueue<String, Integer> queue) {
        Integer next = queue.poll();
        return next == null ? -1 : next;
    }
}
