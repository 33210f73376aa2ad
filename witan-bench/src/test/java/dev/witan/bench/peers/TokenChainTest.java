// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;

class TokenChainTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 13, 4096})
    void tokensStayInTheVocabulary(int vocabulary) {
        var random = new SplittableRandom(1);
        var chain = new TokenChain(vocabulary, random);

        assertThat(Arrays.stream(chain.sequence(2_000, random)).boxed())
                .allSatisfy(token -> assertThat(token).isBetween(0L, vocabulary - 1L));
        assertThat(chain.sequence(0, random)).isEmpty();
    }

    @Test
    void smallIdsAreFrequent() {
        var random = new SplittableRandom(2);
        long[] tokens = new TokenChain(4096, random).sequence(50_000, random);

        long small = Arrays.stream(tokens).filter(token -> token < 64).count();
        assertThat(small / (double) tokens.length).isBetween(0.2, 0.5);
    }

    @Test
    void aPairOfTokensTellsTheNextOneHalfOfTheTime() {
        var random = new SplittableRandom(3);
        long[] tokens = new TokenChain(64, random).sequence(200_000, random);
        var followers = new HashMap<List<Long>, HashMap<Long, Integer>>();
        for (int i = 2; i < tokens.length; i++) {
            followers
                    .computeIfAbsent(
                            List.of(tokens[i - 2] % 8, tokens[i - 1]), _ -> new HashMap<>())
                    .merge(tokens[i], 1, Integer::sum);
        }

        long predicted =
                followers.values().stream()
                        .mapToLong(
                                counts -> counts.values().stream().max(Integer::compare).orElse(0))
                        .sum();
        assertThat(predicted / (double) tokens.length).isBetween(0.5, 0.6);
    }

    @Test
    void anEmptyVocabularyIsRefused() {
        assertThatThrownBy(() -> new TokenChain(0, new SplittableRandom(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("vocabulary must be at least 1, was 0");
    }
}
