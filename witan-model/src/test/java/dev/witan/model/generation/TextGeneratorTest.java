// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.model.DecoderModel;
import dev.witan.model.FeedForwardConfig;
import dev.witan.model.ModelBuilder;
import dev.witan.model.ModelConfig;
import dev.witan.model.ModelWeights;
import dev.witan.model.sampling.SamplingSettings;
import dev.witan.model.tokenizer.ByteTokenizer;
import dev.witan.moe.Pass;
import dev.witan.moe.balance.BalanceConfig;
import dev.witan.moe.layer.ChainConfig;
import dev.witan.moe.router.TopKRouterConfig;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;

class TextGeneratorTest {
    private static final int CONTEXT = 24;

    private static ModelConfig config(int vocabulary, FeedForwardConfig part) {
        return new ModelConfig(
                vocabulary, 2, 16, 4, 2, 6, CONTEXT, 1e4, 1e-5, true, false, 0.3, part);
    }

    private static ModelConfig chain() {
        return config(
                256,
                FeedForwardConfig.chain(
                        TopKRouterConfig.softmax(5, 2),
                        8,
                        3,
                        ChainConfig.standard(2),
                        BalanceConfig.NONE));
    }

    static List<ModelConfig> shapes() {
        return List.of(
                config(256, FeedForwardConfig.dense(20)),
                config(
                        256,
                        FeedForwardConfig.moe(
                                TopKRouterConfig.sigmoidWithBias(6, 2, 3, 2, 1.5),
                                7,
                                0,
                                BalanceConfig.NONE)),
                chain());
    }

    private static DecoderModel model(ModelConfig config) {
        return ModelBuilder.random(config, Precision.FLOAT32, 5);
    }

    private static TextGenerator generator(DecoderModel model) {
        return new TextGenerator(model, new ByteTokenizer(), () -> 0, 7);
    }

    private static int[] someTokens(int count) {
        int[] tokens = new int[count];
        for (int i = 0; i < count; i++) {
            tokens[i] = (i * i * 37 + 11) % 255 + 1;
        }
        return tokens;
    }

    /// Logits of every position, from one pass over the whole sequence.
    private static float[][] whole(DecoderModel model, int[] tokens) {
        var noGradient = new NoGradGuard();
        try (Scope scope = Scope.open()) {
            Tensor ids = Tensors.of(tokens, tokens.length);
            Tensor logits = model.forward(ids, Pass.inference()).logits();
            float[][] rows = new float[tokens.length][];
            for (int t = 0; t < rows.length; t++) {
                rows[t] = Tensors.toFloats(logits.select(0, t));
            }
            return rows;
        } finally {
            noGradient.close();
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void tokenByTokenGivesTheLogitsOfTheWholeSequence(ModelConfig config) {
        DecoderModel model = model(config);
        int[] tokens = someTokens(CONTEXT);
        float[][] expected = whole(model, tokens);
        try (var sequence = new CachedSequence(model)) {
            for (int t = 0; t < tokens.length; t++) {
                assertClose(sequence.append(tokens[t]), expected[t]);
            }
            assertThatThrownBy(() -> sequence.append(1))
                    .hasMessage("context of 24 tokens is full: 24 + 1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 7, 23, 24})
    void piecesOfAPromptGiveTheLogitsOfTheWhole(int piece) {
        DecoderModel model = model(chain());
        int[] tokens = someTokens(CONTEXT);
        float[][] expected = whole(model, tokens);
        try (var sequence = new CachedSequence(model)) {
            for (int from = 0; from < tokens.length; from += piece) {
                int to = Math.min(tokens.length, from + piece);
                float[] logits = sequence.append(Arrays.copyOfRange(tokens, from, to));
                assertClose(logits, expected[to - 1]);
            }
        }
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int v = 0; v < actual.length; v++) {
            assertThat(actual[v]).isCloseTo(expected[v], within(2e-5f));
        }
    }

    @Test
    void greedyTokensAreTheLargestLogitsOfTheWholeSequence() {
        DecoderModel model = model(chain());
        int[] prompt = someTokens(9);
        Generation generation =
                generator(model).generate(prompt, GenerationSettings.greedy(10), _ -> {});
        List<Integer> all = new ArrayList<>();
        for (int token : prompt) {
            all.add(token);
        }
        all.addAll(generation.tokens());
        float[][] logits = whole(model, all.stream().mapToInt(i -> i).toArray());
        for (int t = prompt.length; t < all.size(); t++) {
            assertThat(logits[t - 1][all.get(t)]).isEqualTo(max(logits[t - 1]), within(1e-4f));
        }
        assertThat(generation.tokens()).hasSize(10);
        assertThat(generation.reason()).isEqualTo(StopReason.MAX_TOKENS);
    }

    private static float max(float[] values) {
        float max = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            max = Math.max(max, value);
        }
        return max;
    }

    @Test
    void theSameSeedGivesTheSameTextAndAnotherSeedAnother() {
        TextGenerator generator = generator(model(chain()));
        var plain = new GenerationSettings(SamplingSettings.PLAIN, 1, 12);
        var first = new StringBuilder();
        var second = new StringBuilder();
        Generation one = generator.generate("2 + 2", plain, first::append);
        Generation two = generator.generate("2 + 2", plain, second::append);
        assertThat(two).isEqualTo(one);
        assertThat(second.toString()).isEqualTo(first.toString());
        assertThat(first.toString())
                .isEqualTo(
                        new ByteTokenizer()
                                .decode(one.tokens().stream().mapToInt(i -> i).toArray()));
        var other = new GenerationSettings(SamplingSettings.PLAIN, 2, 12);
        assertThat(generator.generate("2 + 2", other, _ -> {}).tokens()).isNotEqualTo(one.tokens());
    }

    @Test
    void endsWhereTheModelEndsTheText() {
        DecoderModel model = model(chain());
        makeAllTokensEqual(model);
        var text = new StringBuilder();
        Generation generation =
                generator(model).generate("abc", GenerationSettings.greedy(10), text::append);
        assertThat(generation.reason()).isEqualTo(StopReason.END_OF_TEXT);
        assertThat(generation.tokens()).isEmpty();
        assertThat(generation.choices()).isEqualTo(1);
        assertThat(text).isEmpty();
    }

    /// With equal logits the lowest token is the largest.
    private static void makeAllTokensEqual(DecoderModel model) {
        try (Scope scope = Scope.open()) {
            ModelWeights.values(model).get("lm_head.weight").zero_();
        }
    }

    @Test
    void endsWhereTheContextIsFull() {
        Generation generation =
                generator(model(chain()))
                        .generate(someTokens(20), GenerationSettings.greedy(100), _ -> {});
        assertThat(generation.reason()).isEqualTo(StopReason.CONTEXT);
        assertThat(generation.tokens()).hasSize(CONTEXT - 20);
        assertThat(generation.promptTokens()).isEqualTo(20);
    }

    @Test
    void promptsThatCannotBeContinuedAreRefused() {
        TextGenerator generator = generator(model(chain()));
        var settings = GenerationSettings.greedy(1);
        assertThat(generator.generate(someTokens(23), settings, _ -> {}).tokens()).hasSize(1);
        assertThatThrownBy(() -> generator.generate(someTokens(24), settings, _ -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the prompt must have fewer tokens than the model's context of 24, had 24");
        assertThatThrownBy(() -> generator.generate("", settings, _ -> {}))
                .hasMessage("the prompt must have at least one token");
        assertThatThrownBy(() -> generator.generate(new int[] {256}, settings, _ -> {}))
                .hasMessage("prompt tokens must be in [0, 256), was 256");
        assertThatThrownBy(() -> GenerationSettings.greedy(0))
                .hasMessage("maxTokens must be >= 1, was 0");
    }

    @Test
    void outputsWithoutATokenAreNeverChosen() {
        DecoderModel model = model(config(4000, FeedForwardConfig.dense(4)));
        var plain = new GenerationSettings(SamplingSettings.PLAIN, 3, 20);
        assertThat(generator(model).generate("a", plain, _ -> {}).tokens())
                .hasSize(20)
                .allSatisfy(token -> assertThat(token).isLessThan(256));
    }

    @Test
    void timesComeFromTheClock() {
        var clock = new AtomicLong();
        var generator =
                new TextGenerator(
                        model(chain()),
                        new ByteTokenizer(),
                        () -> clock.getAndAdd(1_000_000_000L),
                        8);
        Generation generation = generator.generate("abc", GenerationSettings.greedy(5), _ -> {});
        assertThat(generation.timeToFirstToken()).isEqualTo(Duration.ofSeconds(1));
        assertThat(generation.total()).isEqualTo(Duration.ofSeconds(2));
        assertThat(generation.tokensPerSecond()).isEqualTo(4);
        Generation single = generator.generate("abc", GenerationSettings.greedy(1), _ -> {});
        assertThat(single.tokensPerSecond()).isZero();
    }

    @Test
    void anInterruptEndsItBetweenTwoTokens() {
        TextGenerator generator = generator(model(chain()));
        List<String> pieces = new ArrayList<>();
        try {
            assertThatThrownBy(() ->
                            generator.generate(
                                    "abc",
                                    new GenerationSettings(SamplingSettings.PLAIN, 4, 20),
                                    piece -> {
                                        pieces.add(piece);
                                        Thread.currentThread().interrupt();
                                    }))
                    .isInstanceOf(CancellationException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(pieces).hasSize(1);
    }

    @Test
    void tokensLeaveNothingBehind() {
        DecoderModel model = model(chain());
        TextGenerator generator = generator(model);
        var settings = GenerationSettings.greedy(20);
        generator.generate("abc", settings, _ -> {});
        long before = Pointer.totalCount();
        for (int i = 0; i < 5; i++) {
            generator.generate("abc", settings, _ -> {});
        }
        assertThat(Pointer.totalCount() - before).isLessThanOrEqualTo(20);
    }
}
