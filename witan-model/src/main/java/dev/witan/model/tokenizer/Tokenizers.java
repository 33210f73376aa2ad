// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.tokenizer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/// Opens tokenizers that lie beside a model.
public final class Tokenizers {
    private Tokenizers() {}

    /// The tokenizer of a `tokenizer.json`, or of a folder that holds one; the file that
    /// [ByteTokenizer#save] writes is recognised and needs no native library.
    ///
    /// **Errors** missing or unusable file → [TokenizerException].
    public static Tokenizer open(Path fileOrFolder) throws IOException {
        Path file =
                Files.isDirectory(fileOrFolder)
                        ? fileOrFolder.resolve(Tokenizer.FILE_NAME)
                        : fileOrFolder;
        return isByteTokenizer(file) ? new ByteTokenizer() : JsonTokenizer.open(file);
    }

    private static boolean isByteTokenizer(Path file) throws IOException {
        byte[] expected = ByteTokenizer.json().getBytes(StandardCharsets.UTF_8);
        try {
            return Files.size(file) == expected.length
                    && Arrays.equals(Files.readAllBytes(file), expected);
        } catch (NoSuchFileException e) {
            throw new TokenizerException(file + ": no such file", e);
        }
    }
}
