// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

class WorkersTest {
    private final Engine engine = Engine.start();

    @Test
    void aloneRunsTasksInOrderOnTheCallingThreadWithoutGradients() {
        List<Integer> order = new ArrayList<>();
        int threads = torch.get_num_threads();
        String answer =
                Workers.alone(() -> {
                    engine.workers()
                            .forEach(
                                    5,
                                    i -> {
                                        order.add(i);
                                        assertThat(GradMode.is_enabled()).isFalse();
                                        assertThat(torch.get_num_threads()).isEqualTo(1);
                                    });
                    return Thread.currentThread().getName();
                });
        assertThat(answer).isEqualTo(Thread.currentThread().getName());
        assertThat(order).containsExactly(0, 1, 2, 3, 4);
        assertThat(GradMode.is_enabled()).isTrue();
        assertThat(torch.get_num_threads()).isEqualTo(threads);
        Set<Thread> pool = ConcurrentHashMap.newKeySet();
        engine.workers().forEach(5, _ -> pool.add(Thread.currentThread()));
        assertThat(pool).doesNotContain(Thread.currentThread());
    }

    @Test
    void aFailureAloneEndsTheTasksAndRestoresTheThread() {
        int threads = torch.get_num_threads();
        List<Integer> order = new ArrayList<>();
        assertThatThrownBy(() ->
                        Workers.alone(() -> {
                            engine.workers()
                                    .forEach(
                                            5,
                                            i -> {
                                                order.add(i);
                                                if (i == 2) {
                                                    throw new IllegalStateException("third");
                                                }
                                            });
                            return 0;
                        }))
                .hasMessage("third");
        assertThat(order).containsExactly(0, 1, 2);
        assertThat(GradMode.is_enabled()).isTrue();
        assertThat(torch.get_num_threads()).isEqualTo(threads);
    }

    @Test
    void whatATaskMakesAloneIsFreedWhenItEnds() {
        long before = Pointer.totalCount();
        long[] during = new long[2];
        Workers.alone(() -> {
            engine.workers()
                    .forEach(
                            2,
                            i -> {
                                during[i] = Pointer.totalCount();
                                Tensors.zeros(ScalarType.Float, 100);
                            });
            return 0;
        });
        assertThat(during[1]).isLessThanOrEqualTo(during[0]);
        assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before + 1);
    }
}
