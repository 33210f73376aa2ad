// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.identity;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// A writer of the canonical binary form that is signed: one sequence of fields has one encoding.
///
/// Numbers are unsigned LEB128; bytes and text have their length before them. [FieldReader] is its
/// counterpart.
public final class FieldWriter {
    private static final int CONTINUED = 0x80;
    private static final int BITS = 7;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// Writes a number that is not negative.
    public FieldWriter number(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("value must be >= 0, was " + value);
        }
        long rest = value;
        while (rest >= CONTINUED) {
            out.write((int) (rest & (CONTINUED - 1)) | CONTINUED);
            rest >>>= BITS;
        }
        out.write((int) rest);
        return this;
    }

    /// Writes bytes and their length.
    public FieldWriter bytes(byte[] value) {
        number(value.length);
        return fixed(value);
    }

    /// Writes bytes whose length both sides know.
    public FieldWriter fixed(byte[] value) {
        out.write(value, 0, value.length);
        return this;
    }

    /// Writes text as UTF-8.
    public FieldWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /// Bytes written so far.
    public int size() {
        return out.size();
    }

    /// What was written.
    public byte[] toBytes() {
        return out.toByteArray();
    }
}
