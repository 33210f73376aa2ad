// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.stream.LongStream;

class PermutationTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 7, 255, 256, 257, 1009, 4096, 15_889})
    void coversEveryElementOnce(long size) {
        var permutation = new Permutation(size, 99);
        assertThat(LongStream.range(0, size).map(permutation::at).sorted().toArray())
                .isEqualTo(LongStream.range(0, size).toArray());
    }

    @Test
    void dependsOnTheSeed() {
        long[] first = LongStream.range(0, 100).map(new Permutation(100, 1)::at).toArray();
        assertThat(LongStream.range(0, 100).map(new Permutation(100, 1)::at).toArray())
                .isEqualTo(first);
        assertThat(LongStream.range(0, 100).map(new Permutation(100, 2)::at).toArray())
                .isNotEqualTo(first);
    }

    /// The orders that runs resume with must never change.
    @Test
    void keepsTheOrderOfEarlierReleases() {
        assertThat(LongStream.range(0, 8).map(new Permutation(1000, 42)::at).toArray())
                .containsExactly(686, 402, 199, 655, 963, 760, 808, 424);
    }

    /// Chi-square of where the first and the middle element go over 20,000 seeds, 9 degrees of
    /// freedom; 33.72 is the 99.99 % quantile.
    @ParameterizedTest
    @ValueSource(longs = {0, 5})
    void placesElementsEvenly(long index) {
        int[] counts = new int[10];
        for (long seed = 0; seed < 20_000; seed++) {
            counts[(int) new Permutation(10, seed).at(index)]++;
        }
        double chiSquare = 0;
        for (int count : counts) {
            chiSquare += Math.pow(count - 2_000, 2) / 2_000;
        }
        assertThat(chiSquare).isBetween(0.1, 33.72);
    }

    @Test
    void neighboursAreTornApart() {
        var permutation = new Permutation(10_000, 5);
        long close =
                LongStream.range(1, 10_000)
                        .filter(i -> Math.abs(permutation.at(i) - permutation.at(i - 1)) < 100)
                        .count();
        // A random permutation has about 200 neighbours less than 100 apart.
        assertThat(close).isBetween(130L, 270L);
    }

    @Test
    void worksAtLargeSizes() {
        var permutation = new Permutation(1L << 60, 3);
        assertThat(LongStream.range(0, 1_000).map(permutation::at).distinct().count())
                .isEqualTo(1_000);
        assertThatThrownBy(() -> new Permutation(0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Permutation(3, 1).at(3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("index must be in [0, 2], was 3");
    }
}
