// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Element type of a tensor in a safetensors file; the constant's name is the name in the file.
///
/// The order of the constants is part of the format's canonical form: a writer lays tensors out by
/// descending order, so that every tensor starts at a multiple of its own element size.
public enum DType {
    /// One byte, 0 or 1.
    BOOL(8),
    /// Packed 4-bit float (e2m1), two elements per byte.
    F4(4),
    /// Packed 6-bit float (e2m3), four elements per three bytes.
    F6_E2M3(6),
    /// Packed 6-bit float (e3m2), four elements per three bytes.
    F6_E3M2(6),
    /// Unsigned byte.
    U8(8),
    /// Signed byte.
    I8(8),
    /// 8-bit float, 5 exponent and 2 mantissa bits.
    F8_E5M2(8),
    /// 8-bit float, 4 exponent and 3 mantissa bits, finite (no infinities).
    F8_E4M3(8),
    /// 8-bit power of two, the block scale of MX formats.
    F8_E8M0(8),
    /// As [#F8_E4M3] with one NaN and no negative zero.
    F8_E4M3FNUZ(8),
    /// As [#F8_E5M2] with one NaN, no infinities and no negative zero.
    F8_E5M2FNUZ(8),
    /// Signed 16-bit integer.
    I16(16),
    /// Unsigned 16-bit integer.
    U16(16),
    /// IEEE 754 binary16.
    F16(16),
    /// The upper half of an IEEE 754 binary32.
    BF16(16),
    /// Signed 32-bit integer.
    I32(32),
    /// Unsigned 32-bit integer.
    U32(32),
    /// IEEE 754 binary32.
    F32(32),
    /// Complex number of two binary32, real part first.
    C64(64),
    /// IEEE 754 binary64.
    F64(64),
    /// Signed 64-bit integer.
    I64(64),
    /// Unsigned 64-bit integer.
    U64(64);

    private static final Map<String, DType> BY_NAME =
            Arrays.stream(values())
                    .collect(Collectors.toUnmodifiableMap(DType::name, Function.identity()));

    private final int bitSize;

    DType(int bitSize) {
        this.bitSize = bitSize;
    }

    /// Size of one element in bits: 4, 6, 8, 16, 32 or 64.
    public int bitSize() {
        return bitSize;
    }

    /// Whether elements are packed, so that one of them has no address of its own.
    public boolean isPacked() {
        return bitSize < Byte.SIZE;
    }

    /// Size of one element in bytes.
    ///
    /// Errors: `IllegalStateException` for a packed type, which has only a [#bitSize].
    public int byteSize() {
        if (isPacked()) {
            throw new IllegalStateException(
                    name() + " packs elements of " + bitSize + " bits: it has no byte size");
        }
        return bitSize / Byte.SIZE;
    }

    /// The type that the file format calls `name`, if there is one.
    public static Optional<DType> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }
}
