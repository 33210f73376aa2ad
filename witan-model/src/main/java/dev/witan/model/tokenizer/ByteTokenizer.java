// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.tokenizer;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/// The tokenizer whose tokens are the 256 byte values of UTF-8 text; pure Java.
///
/// A NUL byte, which text does not contain, ends a text, so files may separate their documents by
/// it.
///
/// Algorithm notes: as `tokenizer.json` this is a byte-level BPE without merges. The `ByteLevel`
/// pre-tokenizer (without prefix space and without its regular expression) maps every byte to one
/// printable character, the vocabulary maps that character to the byte value, and the `ByteLevel`
/// decoder undoes both. A plain `BPE` with `byte_fallback` was rejected: its decoder turns every
/// byte of a run with one invalid sequence into U+FFFD, unlike a UTF-8 decoder.
public final class ByteTokenizer implements Tokenizer {
    private static final int SIZE = 256;
    private static final int END_OF_TEXT = 0;

    @Override
    public int[] encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] tokens = new int[bytes.length];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = Byte.toUnsignedInt(bytes[i]);
        }
        return tokens;
    }

    @Override
    public String decode(int[] tokens) {
        return Utf8Decoder.decode(tokens);
    }

    static int checked(int token) {
        if (token < 0 || token >= SIZE) {
            throw new IllegalArgumentException("token must be in [0, 255], was " + token);
        }
        return token;
    }

    @Override
    public int vocabularySize() {
        return SIZE;
    }

    @Override
    public OptionalInt endOfText() {
        return OptionalInt.of(END_OF_TEXT);
    }

    @Override
    public IncrementalDecoder incrementalDecoder() {
        return new Utf8Decoder();
    }

    @Override
    public Path save(Path folder) throws IOException {
        return Files.writeString(folder.resolve(FILE_NAME), json());
    }

    /// The content of its `tokenizer.json`; always the same characters.
    static String json() {
        var mapper = new JsonMapper();
        ObjectNode root = mapper.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        root.putArray("added_tokens");
        root.putNull("normalizer");
        root.set("pre_tokenizer", byteLevel(mapper));
        root.putNull("post_processor");
        root.set("decoder", byteLevel(mapper));
        ObjectNode model = root.putObject("model");
        model.put("type", "BPE").putNull("dropout").putNull("unk_token");
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        ObjectNode vocabulary = model.putObject("vocab");
        int unprintable = 0;
        for (int b = 0; b < SIZE; b++) {
            // The alphabet of GPT-2: printable Latin-1 stands for itself, the rest from U+0100 on.
            int character = printable(b) ? b : SIZE + unprintable++;
            vocabulary.put(Character.toString(character), b);
        }
        model.putArray("merges");
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static ObjectNode byteLevel(JsonMapper mapper) {
        return mapper.createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", false)
                .put("use_regex", false);
    }

    private static boolean printable(int b) {
        return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
    }
}
