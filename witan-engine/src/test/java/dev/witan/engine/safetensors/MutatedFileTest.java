// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Seeded random damage: a file is refused as documented, or everything it says holds.
class MutatedFileTest {
    private static final byte[] PIECES =
            "{}[],:\"\\-+.eE0123456789 \0\n\tnulltruU8F4I64\u007F"
                    .getBytes(StandardCharsets.ISO_8859_1);
    private static final String[] NUMBERS = {
        "0",
        "-1",
        "1.0",
        "1e3",
        "255",
        "65536",
        "2147483648",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "null",
        "\"1\"",
        "[]"
    };

    @TempDir Path folder;

    @Test
    void tenThousandMutationsAreRefusedOrConsistent() throws IOException {
        requireSafe(1, 10_000);
    }

    @Test
    @Tag("slow")
    void millionMutationsAreRefusedOrConsistent() throws IOException {
        requireSafe(2, 1_000_000);
    }

    private void requireSafe(long seed, int count) throws IOException {
        byte[] original = RawFile.resource("every-dtype.safetensors");
        var random = new SplittableRandom(seed);
        Path path = folder.resolve("mutated.safetensors");
        int refused = 0;
        for (int i = 0; i < count; i++) {
            byte[] mutated = mutate(original, random);
            Files.write(path, mutated);
            try (var file = SafetensorsFile.open(path)) {
                requireConsistent(file, mutated);
            } catch (SafetensorsException e) {
                refused++;
                assertThat(String.valueOf(e.getMessage()))
                        .doesNotContain("\n")
                        .hasSizeLessThan(1_500);
            }
        }
        // Damage to data, names or metadata text is legal; the rest must be caught.
        assertThat(refused).isBetween(count / 2, count - count / 100);
    }

    private static byte[] mutate(byte[] original, SplittableRandom random) {
        byte[] bytes = original;
        int rounds = 1 + random.nextInt(3);
        for (int round = 0; round < rounds; round++) {
            int headerEnd = headerEnd(bytes);
            boolean inHeader = headerEnd > Long.BYTES && random.nextInt(8) > 0;
            int at =
                    inHeader
                            ? random.nextInt(Long.BYTES, headerEnd)
                            : random.nextInt(Math.max(1, bytes.length));
            byte[] changed = change(bytes, at, random);
            boolean honestLength = inHeader && random.nextInt(4) > 0;
            bytes = honestLength ? lengthened(changed, headerEnd, bytes.length) : changed;
        }
        return bytes;
    }

    private static int headerEnd(byte[] bytes) {
        if (bytes.length < Long.BYTES) {
            return 0;
        }
        long length = littleEndian(bytes);
        return length < 0 || length > bytes.length - Long.BYTES
                ? 0
                : Math.toIntExact(Long.BYTES + length);
    }

    private static long littleEndian(byte[] bytes) {
        byte[] reversed = new byte[Long.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            reversed[i] = bytes[Long.BYTES - 1 - i];
        }
        return new BigInteger(reversed).longValue();
    }

    private static byte[] change(byte[] bytes, int at, SplittableRandom random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int upTo = Math.min(bytes.length, at + 1 + random.nextInt(12));
        return switch (random.nextInt(8)) {
            case 0 -> flipped(bytes, at, random.nextInt(8));
            case 1 ->
                    replaced(bytes, at, at + 1, new byte[] {PIECES[random.nextInt(PIECES.length)]});
            case 2 -> replaced(bytes, at, at, new byte[] {PIECES[random.nextInt(PIECES.length)]});
            case 3 -> replaced(bytes, at, upTo, new byte[0]);
            case 4 -> replaced(bytes, at, at, Arrays.copyOfRange(bytes, at, upTo));
            case 5 -> Arrays.copyOf(bytes, at);
            case 6 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(9));
            default -> withOtherNumber(bytes, at, NUMBERS[random.nextInt(NUMBERS.length)]);
        };
    }

    private static byte[] flipped(byte[] bytes, int at, int bit) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) (1 << bit);
        return changed;
    }

    /// Replaces the first run of digits from `at` on.
    private static byte[] withOtherNumber(byte[] bytes, int at, String number) {
        int begin = at;
        while (begin < bytes.length && !isDigit(bytes[begin])) {
            begin++;
        }
        int end = begin;
        while (end < bytes.length && isDigit(bytes[end])) {
            end++;
        }
        byte[] digits = number.getBytes(StandardCharsets.UTF_8);
        return replaced(bytes, begin, end, digits);
    }

    private static boolean isDigit(byte value) {
        return value >= '0' && value <= '9';
    }

    private static byte[] replaced(byte[] bytes, int begin, int end, byte[] by) {
        byte[] changed = Arrays.copyOf(bytes, bytes.length - (end - begin) + by.length);
        System.arraycopy(by, 0, changed, begin, by.length);
        System.arraycopy(bytes, end, changed, begin + by.length, bytes.length - end);
        return changed;
    }

    /// Puts the true header length before a header that a change made longer or shorter.
    private static byte[] lengthened(byte[] changed, int headerEnd, int lengthBefore) {
        long length = (long) headerEnd - Long.BYTES + changed.length - lengthBefore;
        if (changed.length < Long.BYTES) {
            return changed;
        }
        byte[] result = changed.clone();
        for (int i = 0; i < Long.BYTES; i++) {
            result[i] = (byte) (length >>> (8 * i));
        }
        return result;
    }

    private static void requireConsistent(SafetensorsFile file, byte[] bytes) throws IOException {
        long end = Long.BYTES + littleEndian(bytes);
        MemorySegment whole = MemorySegment.ofArray(bytes);
        for (TensorInfo tensor : file.tensors().values()) {
            assertThat(tensor.offset()).isEqualTo(end);
            BigInteger bits = BigInteger.valueOf(tensor.dtype().bitSize());
            for (long extent : tensor.shape()) {
                assertThat(extent).isNotNegative();
                bits = bits.multiply(BigInteger.valueOf(extent));
            }
            assertThat(bits).isEqualTo(BigInteger.valueOf(tensor.byteSize()).shiftLeft(3));
            assertThat(tensor.shape()).hasSizeLessThanOrEqualTo(8);
            MemorySegment expected = whole.asSlice(tensor.offset(), tensor.byteSize());
            assertThat(file.data(tensor.name()).mismatch(expected)).isEqualTo(-1);
            end += tensor.byteSize();
        }
        assertThat(end).isEqualTo(bytes.length);
    }
}
