// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.tokenizer;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/// What the files beside a tokenizer say about its ids: how many there are and which one ends a
/// text.
record Vocabulary(int size, OptionalInt endOfText) {
    static final String CONFIG = "tokenizer_config.json";
    private static final long FILE_BYTES_MAX = 256L << 20;

    static Vocabulary read(Path file) throws IOException {
        JsonNode root = parse(file);
        JsonNode vocabulary = root.path("model").path("vocab");
        long size;
        if (vocabulary.isArray()) {
            size = vocabulary.size(); // Unigram: the id is the index
        } else if (vocabulary.isObject()) {
            size = 0;
            for (JsonNode id : vocabulary) {
                size = Math.max(size, checkedId(file, id) + 1L);
            }
        } else {
            throw new TokenizerException(file + ": not a tokenizer: model.vocab is missing");
        }
        for (JsonNode added : root.path("added_tokens")) {
            size = Math.max(size, checkedId(file, added.path("id")) + 1L);
        }
        return new Vocabulary(Math.toIntExact(size), endOfText(file, root));
    }

    private static int checkedId(Path file, JsonNode id) throws TokenizerException {
        if (!id.isInt() || id.intValue() < 0 || id.intValue() == Integer.MAX_VALUE) {
            throw new TokenizerException(file + ": not a tokenizer: token id " + id);
        }
        return id.intValue();
    }

    private static OptionalInt endOfText(Path file, JsonNode root) throws IOException {
        Path config = file.resolveSibling(CONFIG);
        if (!Files.isRegularFile(config)) {
            return OptionalInt.empty();
        }
        JsonNode token = parse(config).path("eos_token");
        String text = (token.isObject() ? token.path("content") : token).asString("");
        for (JsonNode added : root.path("added_tokens")) {
            if (added.path("content").asString("").equals(text)) {
                return OptionalInt.of(checkedId(file, added.path("id")));
            }
        }
        JsonNode id = root.path("model").path("vocab").path(text);
        return id.isInt() ? OptionalInt.of(checkedId(file, id)) : OptionalInt.empty();
    }

    private static JsonNode parse(Path file) throws IOException {
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new TokenizerException(
                    file + ": larger than " + FILE_BYTES_MAX + " bytes, not a tokenizer");
        }
        try {
            return new JsonMapper().readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            String reason = String.valueOf(e.getOriginalMessage());
            throw new TokenizerException(
                    file + ": not JSON: " + reason.lines().findFirst().orElse(""), e);
        }
    }
}
