// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.tokenizer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// Program that uses the byte tokenizer and then the one of a file, and prints how it went.
final class OpenTokenizers {
    private OpenTokenizers() {}

    public static void main(String[] args) throws IOException {
        System.out.println("bytes " + Arrays.toString(new ByteTokenizer().encode("hi")));
        try (var tokenizer = Tokenizers.open(Path.of(args[0]))) {
            System.out.println("size " + tokenizer.vocabularySize());
        } catch (TokenizerException e) {
            System.out.println(e.getMessage());
        }
    }
}
