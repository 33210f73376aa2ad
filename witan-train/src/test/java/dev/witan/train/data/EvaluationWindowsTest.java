// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.stream.IntStream;

class EvaluationWindowsTest {
    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "2,2", "3,1", "7,3", "7,7", "8,4", "8,1", "16,5", "64,32"})
    void everyTargetCountsOnceWithItsContext(int sequenceLength, int stride) {
        for (int length = 2; length < 3 * sequenceLength + 20; length++) {
            var windows = new EvaluationWindows(length, sequenceLength, stride);
            var text = new IntTokens(IntStream.range(1, length + 1).toArray());
            int[] counted = new int[length];
            long targets = 0;
            int rows = 3;
            for (long at = 0; at < windows.count(); at += rows) {
                EvaluationBatch batch = windows.batch(text, at, rows);
                targets += batch.targets();
                count(batch, stride, counted);
            }
            int[] once = new int[length];
            Arrays.fill(once, 1, length, 1);
            assertThat(counted).as("length %d", length).isEqualTo(once);
            assertThat(targets).isEqualTo(windows.targets()).isEqualTo(length - 1);
        }
    }

    private static void count(EvaluationBatch batch, int stride, int[] counted) {
        int width = batch.sequenceLength() + 1;
        for (int row = 0; row < batch.rows(); row++) {
            for (int t = batch.countedFrom()[row]; t < batch.countedTo()[row]; t++) {
                int target = batch.tokens()[row * width + t + 1];
                counted[target - 1]++;
                // The input just before is the token just before.
                assertThat(batch.tokens()[row * width + t]).isEqualTo(target - 1);
                boolean firstWindow = batch.tokens()[row * width] == 1;
                assertThat(firstWindow || t >= width - 1 - stride).isTrue();
            }
        }
    }

    @Test
    void paddingAndEmptyRowsCountNothing() {
        var windows = EvaluationWindows.halfOverlapping(8, 4);
        assertThat(windows.stride()).isEqualTo(2);
        assertThat(windows.count()).isEqualTo(3);
        var batch = windows.batch(new IntTokens(1, 2, 3, 4, 5, 6, 7, 8), 1, 3);
        assertThat(batch.tokens()).containsExactly(3, 4, 5, 6, 7, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0);
        assertThat(batch.countedFrom()).containsExactly(2, 2, 0);
        assertThat(batch.countedTo()).containsExactly(4, 3, 0);
        assertThat(batch.targets()).isEqualTo(3);
        assertThat(EvaluationWindows.halfOverlapping(2, 1).stride()).isEqualTo(1);
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> new EvaluationWindows(1, 4, 2))
                .hasMessage("length must be at least 2, was 1");
        assertThatThrownBy(() -> new EvaluationWindows(9, 4, 5))
                .hasMessage("stride must be in [1, 4], was 5");
        assertThatThrownBy(() -> new EvaluationWindows(9, 0, 1))
                .hasMessage("sequenceLength must be at least 1, was 0");
        assertThatThrownBy(() -> new EvaluationWindows(9, 4, 2).window(4))
                .hasMessage("index must be in [0, 2], was 4");
        assertThatThrownBy(() -> new EvaluationWindows(9, 4, 2).batch(new IntTokens(1), 0, 1))
                .hasMessage("text must have 9 tokens, had 1");
    }
}
