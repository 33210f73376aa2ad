// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.testkit.Awkward;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;

class RowCodecTest {
    @Test
    void sizesAreExact() {
        assertThat(RowCodec.FLOAT32.encodedSize(3, 7)).isEqualTo(84);
        assertThat(RowCodec.BFLOAT16.encodedSize(3, 7)).isEqualTo(42);
        assertThat(RowCodec.FLOAT16.encodedSize(3, 7)).isEqualTo(42);
        assertThat(RowCodec.INT8.encodedSize(3, 64)).isEqualTo(3 * (64 + 4));
        assertThat(RowCodec.INT8.encodedSize(3, 65)).isEqualTo(3 * (65 + 8));
        assertThat(RowCodec.INT8.encodedSize(0, 65)).isZero();
        assertThat(RowCodec.FLOAT32.encodedSize(1 << 20, 1 << 20)).isEqualTo(1L << 42);
    }

    @ParameterizedTest
    @EnumSource
    void wrongSizesAreRefused(RowCodec codec) {
        MemorySegment rows = MemorySegment.ofArray(new float[6]);
        long size = codec.encodedSize(2, 3);
        MemorySegment wire = MemorySegment.ofArray(new byte[(int) size + 1]);
        assertThatThrownBy(() -> codec.encode(rows, 2, 3, wire))
                .hasMessage("wire must have " + size + " bytes, had " + (size + 1));
        assertThatThrownBy(() -> codec.decode(wire.asSlice(0, size), 2, 3, rows.asSlice(4)))
                .hasMessage("rows must have 24 bytes, had 20");
        assertThatThrownBy(() -> codec.encodedSize(-1, 3)).hasMessage("rows must be >= 0, was -1");
        assertThatThrownBy(() -> codec.encodedSize(1, 0)).hasMessage("width must be >= 1, was 0");
        assertThatThrownBy(() -> codec.encodedSize(1 << 21, 1 << 20))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource
    void everyElementKeepsItsBound(RowCodec codec) {
        for (int width : Awkward.widths().toArray()) {
            for (int rows : new int[] {0, 1, 2, 13}) {
                float[] any = CodecChecks.anyBits(31L * width + rows, rows * width);
                CodecChecks.keepsTheBound(codec.format(), any, width);
                CodecChecks.keepsTheBound(codec.format(), CodecChecks.normal(7, any.length), width);
            }
        }
        CodecChecks.keepsTheBound(codec.format(), CodecChecks.anyBits(5, 200_000), 200);
        CodecChecks.keepsTheBound(codec.format(), halves(), 256);
    }

    @ParameterizedTest
    @EnumSource
    void finiteStaysFiniteAndTheRestDoesNot(RowCodec codec) {
        CodecChecks.keepsWhatIsNotFinite(codec.format(), Awkward.floats(), 1);
        CodecChecks.keepsWhatIsNotFinite(codec.format(), Awkward.floats(), Awkward.floats().length);
        CodecChecks.keepsWhatIsNotFinite(codec.format(), CodecChecks.anyBits(6, 200_000), 100);
    }

    @ParameterizedTest
    @EnumSource
    void rowsStandAlone(RowCodec codec) {
        for (int width : new int[] {1, 63, 64, 65, 129}) {
            CodecChecks.rowsStandAlone(
                    codec.format(), CodecChecks.anyBits(width, 5 * width), width);
        }
    }

    @ParameterizedTest
    @EnumSource
    void memoryAndAlignmentDoNotMatter(RowCodec codec) {
        int rows = 3;
        int width = 1031;
        float[] values = CodecChecks.normal(9, rows * width);
        long size = codec.encodedSize(rows, width);
        byte[] expected = new byte[(int) size];
        codec.encode(MemorySegment.ofArray(values), rows, width, MemorySegment.ofArray(expected));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment odd = arena.allocate(values.length * 4L + 1).asSlice(1);
            MemorySegment.copy(values, 0, odd, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values.length);
            MemorySegment wire = arena.allocate(size + 3).asSlice(3);
            codec.encode(odd, rows, width, wire);
            assertThat(wire.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
            MemorySegment back = arena.allocate(values.length * 4L + 2).asSlice(2);
            codec.decode(wire, rows, width, back);
            assertThat(back.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
                    .isEqualTo(CodecChecks.roundTrip(codec.format(), values, width));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anyBytesDecode(RowCodec codec) {
        var random = new SplittableRandom(3);
        for (int width : new int[] {1, 64, 67}) {
            var wire = new byte[(int) codec.encodedSize(4, width)];
            random.nextBytes(wire);
            var back = new float[4 * width];
            Arrays.fill(back, 12345f);
            codec.decode(MemorySegment.ofArray(wire), 4, width, MemorySegment.ofArray(back));
            assertThat(back).doesNotContain(12345f);
        }
    }

    @Test
    void float32KeepsEveryBit() {
        float[] values = CodecChecks.anyBits(4, 4096);
        float[] back = CodecChecks.roundTrip(new Float32Format(), values, 64);
        for (int i = 0; i < values.length; i++) {
            assertThat(Float.floatToRawIntBits(back[i]))
                    .isEqualTo(Float.floatToRawIntBits(values[i]));
        }
    }

    /// All values of binary16, and those half way between two of them.
    private static float[] halves() {
        var values = new float[2 << 16];
        for (int i = 0; i < 1 << 16; i++) {
            float value = Float.float16ToFloat((short) i);
            values[i] = value;
            values[(1 << 16) + i] = (value + Float.float16ToFloat((short) (i + 1))) / 2;
        }
        return values;
    }
}
