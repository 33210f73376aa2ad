// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.tokenizer;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;

/// Any tokenizer that a `tokenizer.json` describes, run by the Hugging Face tokenizers library.
///
/// Texts are never truncated nor padded, whatever the file says. Nothing is fetched from a network:
/// the library's usage report is switched off unless the program has decided about it (system
/// property `OPT_OUT_TRACKING`).
///
/// **Errors** a platform without the native library (macOS on x86-64), or no place to unpack it
/// (system property `DJL_CACHE_DIR`) → [TokenizerException] from [#open].
public final class JsonTokenizer implements Tokenizer {
    private static final String TRACKING = "OPT_OUT_TRACKING";
    private static final boolean SKIP_SPECIAL_TOKENS = true;

    private final Path file;
    private final HuggingFaceTokenizer tokenizer;
    private final Vocabulary vocabulary;

    private JsonTokenizer(Path file, HuggingFaceTokenizer tokenizer, Vocabulary vocabulary) {
        this.file = file;
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
    }

    /// Reads a `tokenizer.json`; [#endOfText] is the `eos_token` of a `tokenizer_config.json`
    /// beside it.
    public static JsonTokenizer open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new TokenizerException(file + ": no such file");
        }
        var vocabulary = Vocabulary.read(file);
        return new JsonTokenizer(file, load(file), vocabulary);
    }

    private static HuggingFaceTokenizer load(Path file) throws IOException {
        if (System.getProperty(TRACKING) == null) {
            System.setProperty(TRACKING, "true");
        }
        try {
            // A maximum length only keeps the library from warning that there is none.
            return HuggingFaceTokenizer.builder()
                    .optTokenizerPath(file.toAbsolutePath())
                    .optTruncation(false)
                    .optPadding(false)
                    .optMaxLength(Integer.MAX_VALUE)
                    .build();
        } catch (EngineException | LinkageError e) {
            throw new TokenizerException(
                    file
                            + ": the tokenizers library has no native code for "
                            + System.getProperty("os.name")
                            + " "
                            + System.getProperty("os.arch")
                            + ", or cannot unpack it ("
                            + firstLine(e)
                            + ")",
                    e);
        } catch (RuntimeException e) {
            // The native code reports every fault of the file as a plain RuntimeException.
            throw new TokenizerException(file + ": not a tokenizer: " + firstLine(e), e);
        }
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    @Override
    public int[] encode(String text) {
        return encode(text, false);
    }

    @Override
    public int[] encodePrompt(String text) {
        return encode(text, true);
    }

    private int[] encode(String text, boolean addSpecialTokens) {
        long[] ids = tokenizer.encode(text, addSpecialTokens, false).getIds();
        return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    }

    @Override
    public String decode(int[] tokens) {
        long[] ids = new long[tokens.length];
        for (int i = 0; i < ids.length; i++) {
            if (tokens[i] < 0 || tokens[i] >= vocabularySize()) {
                throw new IllegalArgumentException(
                        "token must be in [0, " + (vocabularySize() - 1) + "], was " + tokens[i]);
            }
            ids[i] = tokens[i];
        }
        return tokenizer.decode(ids, SKIP_SPECIAL_TOKENS);
    }

    @Override
    public int vocabularySize() {
        return vocabulary.size();
    }

    @Override
    public OptionalInt endOfText() {
        return vocabulary.endOfText();
    }

    @Override
    public IncrementalDecoder incrementalDecoder() {
        return new WindowDecoder(this);
    }

    /// Copies the file, so it must still be there, and the `tokenizer_config.json` that names the
    /// end of a text.
    @Override
    public Path save(Path folder) throws IOException {
        Path target = folder.resolve(FILE_NAME);
        Files.write(target, Files.readAllBytes(file));
        Path settings = file.resolveSibling(Vocabulary.CONFIG);
        if (Files.isRegularFile(settings)) {
            Files.write(folder.resolve(Vocabulary.CONFIG), Files.readAllBytes(settings));
        }
        return target;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
