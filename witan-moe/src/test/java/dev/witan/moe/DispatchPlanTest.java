// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.witan.engine.Engine;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.testkit.Seeded;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;

class DispatchPlanTest {
    @BeforeAll
    static void start() {
        Engine.start();
    }

    @ParameterizedTest
    @CsvSource({"0,1,1", "0,3,4", "1,1,1", "7,2,3", "13,3,7", "64,8,64", "127,1,2"})
    void everyFilledSlotHasOneRowInCountingOrder(int tokens, int topK, int experts) {
        for (int seed = 0; seed < 5; seed++) {
            int[] ids = Seeded.integers(seed, tokens * topK, experts + 1);
            for (int i = 0; i < ids.length; i++) {
                ids[i]--;
            }
            DispatchPlan plan = DispatchPlan.of(ids, tokens, topK, experts);
            long filled = Arrays.stream(ids).filter(id -> id != Routing.EMPTY).count();
            assertThat((long) plan.rows()).isEqualTo(filled);
            assertThat(plan.complete()).isEqualTo(filled == ids.length);
            assertThat(Arrays.stream(plan.tokensPerExpert()).sum()).isEqualTo(plan.rows());
            int previousSlot = -1;
            for (int e = 0; e < experts; e++) {
                for (int row = plan.firstRow(e); row < plan.firstRow(e) + plan.rowsOf(e); row++) {
                    int slot = plan.token(row) * topK + plan.slot(row);
                    assertThat(ids[slot]).isEqualTo(e);
                    assertThat(plan.row(plan.token(row), plan.slot(row))).isEqualTo(row);
                    boolean first = row == plan.firstRow(e);
                    assertThat(first || slot > previousSlot).isTrue();
                    previousSlot = slot;
                }
            }
        }
    }

    @Test
    void indicesSayTheSameAsTheAccessors() {
        int[] ids = {2, 0, -1, 2, 1, 2};
        try (Scope scope = Scope.open()) {
            DispatchPlan plan = DispatchPlan.of(ids, 3, 2, 3);
            assertThat(Tensors.toLongs(plan.tokenIndex())).containsExactly(0, 2, 0, 1, 2);
            assertThat(Tensors.toLongs(plan.slotIndex())).containsExactly(1, 4, 0, 3, 5);
            assertThat(Tensors.toLongs(plan.rowIndex())).containsExactly(2, 5, 1, 0, 3, 4);
        }
    }

    @Test
    void idsOutsideTheExpertsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DispatchPlan.of(new int[] {3}, 1, 1, 3))
                .withMessage("expert id must be in [-1, 3), was 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DispatchPlan.of(new int[] {-2}, 1, 1, 3));
    }
}
