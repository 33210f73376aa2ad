// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// UTF-8 text as its bytes, which are also its tokens for a byte tokenizer. Small files are held in
/// memory, large ones mapped; a mapped file must not be shortened while it is in use.
public final class ByteText implements TokenSequence {
    private static final long MAPPED_FROM = 256L << 20;
    private static final int CHUNK = 1 << 20;

    private final MemorySegment bytes;

    private ByteText(MemorySegment bytes) {
        this.bytes = bytes;
    }

    /// A text in memory; any bytes.
    public static ByteText of(byte[] bytes) {
        return new ByteText(MemorySegment.ofArray(bytes.clone()));
    }

    /// Opens a file and checks that it is text.
    ///
    /// **Errors** missing, unreadable, empty or not UTF-8 → [DataException], with the offset of the
    /// first wrong byte, counted from 0.
    public static ByteText open(Path file) throws IOException {
        return open(file, MAPPED_FROM);
    }

    static ByteText open(Path file, long mappedFrom) throws IOException {
        if (Files.isDirectory(file)) {
            throw new DataException(file + ": is a folder, not a text file");
        }
        ByteText text;
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            // Automatic: the mapping lives as long as whoever holds the text.
            text =
                    size < mappedFrom
                            ? new ByteText(MemorySegment.ofArray(Files.readAllBytes(file)))
                            : new ByteText(
                                    channel.map(
                                            FileChannel.MapMode.READ_ONLY,
                                            0,
                                            size,
                                            Arena.ofAuto()));
        } catch (NoSuchFileException e) {
            throw new DataException(file + ": no such file", e);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
        }
        if (text.length() == 0) {
            throw new DataException(file + ": is empty");
        }
        long wrong = text.firstNotUtf8(CHUNK);
        if (wrong >= 0) {
            throw new DataException(file + ": not UTF-8 at byte " + wrong);
        }
        return text;
    }

    @Override
    public long length() {
        return bytes.byteSize();
    }

    @Override
    public int token(long index) {
        return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, index));
    }

    /// The text from byte `from` to byte `to`.
    String string(long from, long to) {
        byte[] part = bytes.asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
        return new String(part, StandardCharsets.UTF_8);
    }

    /// The bytes from `from` to `to` as a text of their own; they are shared, not copied.
    ByteText slice(long from, long to) {
        return new ByteText(bytes.asSlice(from, to - from));
    }

    /// SHA-256 of the bytes in lower-case hexadecimal.
    public String sha256() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (long at = 0; at < length(); at += CHUNK) {
                digest.update(chunk(at, CHUNK));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private ByteBuffer chunk(long at, int size) {
        return bytes.asSlice(at, Math.min(size, length() - at)).asByteBuffer();
    }

    /// The offset of the first byte that begins no character, or -1.
    long firstNotUtf8(int chunkSize) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        var ignored = CharBuffer.allocate(chunkSize + 1);
        long at = 0;
        while (at < length()) {
            ByteBuffer chunk = chunk(at, chunkSize);
            boolean last = at + chunk.limit() == length();
            CoderResult result = decoder.decode(chunk, ignored.clear(), last);
            at += chunk.position();
            if (result.isError()) {
                return at;
            }
        }
        return -1;
    }
}
