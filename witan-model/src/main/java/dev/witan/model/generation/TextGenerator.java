// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.generation;

import dev.witan.model.DecoderModel;
import dev.witan.model.LoadedModel;
import dev.witan.model.sampling.Sampler;
import dev.witan.model.tokenizer.IncrementalDecoder;
import dev.witan.model.tokenizer.Tokenizer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Continues texts with a model.
///
/// The prompt is read in pieces, which bounds the memory of its attention; then each token costs
/// one pass over itself alone, with the keys and values of the earlier ones kept.
///
/// **Threads** calls may overlap: each has its own cache and sampler.
public final class TextGenerator {
    private static final int PROMPT_PIECE = 256;

    private final DecoderModel model;
    private final Tokenizer tokenizer;
    private final LongSupplier nanoTime;
    private final int promptPiece;

    /// A generator.
    ///
    /// @param nanoTime a monotonic clock in nanoseconds, such as `System::nanoTime`
    public TextGenerator(LoadedModel loaded, LongSupplier nanoTime) {
        this(loaded.model(), loaded.tokenizer(), nanoTime, PROMPT_PIECE);
    }

    TextGenerator(DecoderModel model, Tokenizer tokenizer, LongSupplier nanoTime, int promptPiece) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.nanoTime = nanoTime;
        this.promptPiece = promptPiece;
    }

    /// Continues `prompt`, handing out text as soon as it is certain.
    ///
    /// The same prompt, settings and model give the same tokens.
    ///
    /// **Errors** a prompt without tokens, or one that leaves no room in the context →
    /// [IllegalArgumentException]; an interrupt between two tokens → [CancellationException], the
    /// thread stays interrupted.
    public Generation generate(String prompt, GenerationSettings settings, Consumer<String> text) {
        return generate(tokenizer.encodePrompt(prompt), settings, text);
    }

    /// The same for a prompt given as tokens.
    public Generation generate(int[] prompt, GenerationSettings settings, Consumer<String> text) {
        check(prompt);
        long start = nanoTime.getAsLong();
        IncrementalDecoder decoder = tokenizer.incrementalDecoder();
        var sampler = Sampler.seeded(settings.sampling(), settings.seed());
        List<Integer> tokens = new ArrayList<>();
        OptionalInt end = tokenizer.endOfText();
        int room = model.config().context() - prompt.length;
        try (var sequence = new CachedSequence(model)) {
            float[] logits = readPrompt(sequence, prompt);
            long first = 0;
            for (int choice = 1; ; choice++) {
                int token = sampler.sample(known(logits));
                first = choice == 1 ? nanoTime.getAsLong() : first;
                StopReason reason = null;
                if (end.isPresent() && token == end.getAsInt()) {
                    reason = StopReason.END_OF_TEXT;
                } else {
                    tokens.add(token);
                    hand(text, decoder.accept(token));
                    if (tokens.size() == settings.maxTokens()) {
                        reason = StopReason.MAX_TOKENS;
                    } else if (tokens.size() == room) {
                        reason = StopReason.CONTEXT;
                    }
                }
                if (reason != null) {
                    hand(text, decoder.finish());
                    return new Generation(
                            prompt.length,
                            tokens,
                            reason,
                            Duration.ofNanos(first - start),
                            Duration.ofNanos(nanoTime.getAsLong() - start),
                            choice);
                }
                logits = next(sequence, token);
            }
        }
    }

    private float[] readPrompt(CachedSequence sequence, int[] prompt) {
        float[] logits = {};
        for (int from = 0; from < prompt.length; from += promptPiece) {
            int to = Math.min(prompt.length, from + promptPiece);
            logits = next(sequence, Arrays.copyOfRange(prompt, from, to));
        }
        return logits;
    }

    private static float[] next(CachedSequence sequence, int... tokens) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted");
        }
        return sequence.append(tokens);
    }

    /// A model may have more outputs than its tokenizer has tokens; those are never chosen.
    private float[] known(float[] logits) {
        int size = tokenizer.vocabularySize();
        if (size < logits.length) {
            Arrays.fill(logits, size, logits.length, Float.NEGATIVE_INFINITY);
        }
        return logits;
    }

    private static void hand(Consumer<String> text, String piece) {
        if (!piece.isEmpty()) {
            text.accept(piece);
        }
    }

    private void check(int[] prompt) {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("the prompt must have at least one token");
        }
        int context = model.config().context();
        if (prompt.length >= context) {
            throw new IllegalArgumentException(
                    "the prompt must have fewer tokens than the model's context of "
                            + context
                            + ", had "
                            + prompt.length);
        }
        for (int token : prompt) {
            if (token < 0 || token >= model.config().vocabulary()) {
                throw new IllegalArgumentException(
                        "prompt tokens must be in [0, "
                                + model.config().vocabulary()
                                + "), was "
                                + token);
            }
        }
    }
}
