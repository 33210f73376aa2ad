// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

import dev.witan.model.tokenizer.ByteTokenizer;
import dev.witan.model.tokenizer.Tokenizer;

import java.io.IOException;
import java.util.Arrays;

/// A domain that has been read: its text, its tokens, and the hash that identifies it.
///
/// @param sha256 of the file, lower-case hexadecimal
public record DomainData(Domain domain, ByteText text, TokenSequence tokens, String sha256) {
    /// Tokenizers other than bytes see the text in pieces of about this many bytes.
    static final int PIECE = 1 << 20;

    /// Reads and tokenizes a domain.
    ///
    /// A [ByteTokenizer] takes the bytes as they are. Any other tokenizer sees pieces that end
    /// after a line break that a letter or digit follows, so its tokens do not depend on memory;
    /// where a piece ends, a token cannot reach over.
    ///
    /// **Errors** as [ByteText#open]; more tokens than an array holds → [DataException].
    public static DomainData read(Domain domain, Tokenizer tokenizer) throws IOException {
        ByteText text = ByteText.open(domain.file());
        return of(domain, text, tokenizer, text.sha256());
    }

    /// Reads a domain and cuts its end off as held-out text; both parts carry the hash of the file.
    ///
    /// The cut is after the first line break from the wanted place on, if one comes within a
    /// hundredth of the text, else at the next character.
    ///
    /// @param share of the bytes to hold out, in (0, 1)
    public static Split split(Domain domain, Tokenizer tokenizer, double share) throws IOException {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("share must be in (0, 1), was " + share);
        }
        ByteText text = ByteText.open(domain.file());
        long cut = cut(text, (long) Math.floor(text.length() * (1 - share)));
        if (cut == 0 || cut == text.length()) {
            throw new DataException(
                    domain.file() + ": too short to hold out a part of it, give --valid");
        }
        String sha256 = text.sha256();
        return new Split(
                of(domain, text.slice(0, cut), tokenizer, sha256),
                of(domain, text.slice(cut, text.length()), tokenizer, sha256));
    }

    /// A domain in two parts.
    public record Split(DomainData train, DomainData heldOut) {}

    private static DomainData of(Domain domain, ByteText text, Tokenizer tokenizer, String sha256)
            throws IOException {
        TokenSequence tokens =
                tokenizer instanceof ByteTokenizer
                        ? text
                        : tokenized(domain, text, tokenizer, PIECE);
        return new DomainData(domain, text, tokens, sha256);
    }

    private static long cut(ByteText text, long wanted) {
        long last = Math.min(text.length(), wanted + text.length() / 100);
        for (long at = wanted; at < last; at++) {
            if (text.token(at) == '\n') {
                return at + 1;
            }
        }
        long at = wanted;
        while (at < text.length() && (text.token(at) & 0xC0) == 0x80) {
            at++;
        }
        return at;
    }

    /// What a checkpoint remembers of a domain.
    public record Provenance(
            String name, String file, long sizeBytes, long tokens, String sha256) {}

    public Provenance provenance() {
        return new Provenance(
                domain.name(),
                String.valueOf(domain.file().getFileName()),
                text.length(),
                tokens.length(),
                sha256);
    }

    static IntTokens tokenized(Domain domain, ByteText text, Tokenizer tokenizer, int pieceSize)
            throws DataException {
        int[] tokens = new int[0];
        int count = 0;
        long from = 0;
        while (from < text.length()) {
            long to = pieceEnd(text, from + pieceSize);
            int[] piece = tokenizer.encode(text.string(from, to));
            if (count > Integer.MAX_VALUE - 8 - piece.length) {
                throw new DataException(
                        domain.file() + ": more than 2^31 tokens, split it into several files");
            }
            if (count + piece.length > tokens.length) {
                long grown = Math.max(count + (long) piece.length, tokens.length * 3L / 2);
                tokens = Arrays.copyOf(tokens, (int) Math.min(grown, Integer.MAX_VALUE - 8));
            }
            System.arraycopy(piece, 0, tokens, count, piece.length);
            count += piece.length;
            from = to;
        }
        return new IntTokens(Arrays.copyOf(tokens, count));
    }

    private static long pieceEnd(ByteText text, long earliest) {
        for (long end = earliest; end < text.length(); end++) {
            int next = text.token(end);
            boolean lettersFollow = next < 0x80 && Character.isLetterOrDigit(next);
            if (text.token(end - 1) == '\n' && lettersFollow) {
                return end;
            }
        }
        return text.length();
    }
}
