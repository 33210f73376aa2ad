// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// A reader of what [FieldWriter] wrote. Every length and number has a bound, checked before memory
/// is taken.
///
/// **Errors** [IdentityException] with reason `MALFORMED`, naming the field.
public final class FieldReader {
    private static final int BITS = 7;
    private static final int LAST_SHIFT = 56;

    private final ByteBuffer in;

    /// A reader of all of `bytes`, which it does not copy.
    public FieldReader(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
    }

    /// The next number, in its shortest form only.
    public long number(String name, long max) throws IdentityException {
        long value = 0;
        for (int shift = 0; shift <= LAST_SHIFT; shift += BITS) {
            need(name, 1);
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                if (next == 0 && shift > 0) {
                    throw IdentityException.malformed(name + " is not in its shortest form");
                }
                return bounded(name, value, max);
            }
        }
        throw IdentityException.malformed(name + " has more than 63 bits");
    }

    /// The next number as an int.
    public int count(String name, int max) throws IdentityException {
        return Math.toIntExact(number(name, max));
    }

    /// Checks the version that stands next.
    ///
    /// **Errors** [IdentityException] with reason `UNKNOWN_VERSION`.
    public void version(String name, int expected) throws IdentityException {
        long found = number(name, Long.MAX_VALUE);
        if (found != expected) {
            throw new IdentityException(
                    IdentityException.Reason.UNKNOWN_VERSION,
                    name + " is " + found + ", this version of witan knows " + expected);
        }
    }

    /// The next bytes with a length of their own.
    public byte[] bytes(String name, int max) throws IdentityException {
        return fixed(name, count(name + " length", max));
    }

    /// The next `length` bytes.
    public byte[] fixed(String name, int length) throws IdentityException {
        need(name, length);
        var value = new byte[length];
        in.get(value);
        return value;
    }

    /// The next text of at most `max` bytes.
    public String text(String name, int max) throws IdentityException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(name, max)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IdentityException(
                    IdentityException.Reason.MALFORMED, name + " is not UTF-8", e);
        }
    }

    /// Bytes left.
    public int remaining() {
        return in.remaining();
    }

    /// Checks that nothing is left.
    public void end() throws IdentityException {
        if (in.hasRemaining()) {
            throw IdentityException.malformed(in.remaining() + " bytes after the last field");
        }
    }

    private static long bounded(String name, long value, long max) throws IdentityException {
        if (value > max) {
            throw IdentityException.malformed(name + " must be <= " + max + ", was " + value);
        }
        return value;
    }

    private void need(String name, int bytes) throws IdentityException {
        if (in.remaining() < bytes) {
            throw IdentityException.malformed(
                    name + " needs " + bytes + " bytes, " + in.remaining() + " are left");
        }
    }
}
