// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.codec;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.function.Consumer;
import java.util.stream.Stream;

/// Faulty formats: the check that the real one passes must fail on each.
@Tag("mutants")
class CodecMutantsTest {
    record Variant(String name, ThrowingCallable faulty, ThrowingCallable real) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void isFound(Variant variant) {
        assertThatCode(variant.real).doesNotThrowAnyException();
        assertThatThrownBy(variant.faulty).isInstanceOf(AssertionError.class);
    }

    static Stream<Variant> variants() {
        float[] any = CodecChecks.anyBits(1, 20_000);
        return Stream.of(
                brain("bf16 cut off instead of rounded", any, bits -> bits >>> 16),
                brain("bf16 ties away from zero", ties(), bits -> (bits + 0x8000) >>> 16),
                special(
                        "bf16 rounds NaN into zero",
                        bits -> (bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16),
                special(
                        "bf16 drops the payload of NaN, which becomes infinity",
                        bits -> bits >>> 16),
                variant(
                        "fp16 overflow becomes infinity",
                        new Overflowing(),
                        new Float16Format(),
                        f -> CodecChecks.keepsWhatIsNotFinite(f, any, 8)),
                variant(
                        "int8 with blocks twice as large as stated",
                        new Int8Format(128),
                        new Int8Format(),
                        f -> CodecChecks.keepsTheBound(f, any, 250)));
    }

    private static Variant brain(String name, float[] values, Narrowing fault) {
        return variant(
                name,
                new Narrowed(fault),
                new Bfloat16Format(),
                f -> CodecChecks.roundsToNearestEven(f, values));
    }

    private static Variant special(String name, Narrowing fault) {
        float[] nans = {Float.intBitsToFloat(0x7FFF_FFFF), Float.intBitsToFloat(0x7F80_0001), 1};
        return variant(
                name,
                new Narrowed(fault),
                new Bfloat16Format(),
                f -> CodecChecks.keepsWhatIsNotFinite(f, nans, 1));
    }

    private static Variant variant(
            String name, RowFormat faulty, RowFormat real, Consumer<RowFormat> check) {
        return new Variant(name, () -> check.accept(faulty), () -> check.accept(real));
    }

    private static float[] ties() {
        return new float[] {0x1.01p0f, 0x1.03p0f, -0x1.01p0f};
    }

    /// One value to its 16 bits.
    interface Narrowing {
        int narrow(int bits);
    }

    /// The upper half of a float32, narrowed wrongly.
    private static final class Narrowed extends HalfFormat {
        private final Narrowing narrowing;

        Narrowed(Narrowing narrowing) {
            this.narrowing = narrowing;
        }

        @Override
        void narrow(int[] bits, short[] halves, int count) {
            for (int i = 0; i < count; i++) {
                halves[i] = (short) narrowing.narrow(bits[i]);
            }
        }

        @Override
        void widen(short[] halves, int[] bits, int count) {
            new Bfloat16Format().widen(halves, bits, count);
        }

        @Override
        public double errorBound(double magnitude, double blockMagnitude) {
            return new Bfloat16Format().errorBound(magnitude, blockMagnitude);
        }
    }

    /// Binary16 without saturation.
    private static final class Overflowing extends HalfFormat {
        @Override
        void narrow(int[] bits, short[] halves, int count) {
            for (int i = 0; i < count; i++) {
                halves[i] = Float.floatToFloat16(Float.intBitsToFloat(bits[i]));
            }
        }

        @Override
        void widen(short[] halves, int[] bits, int count) {
            new Float16Format().widen(halves, bits, count);
        }

        @Override
        public double errorBound(double magnitude, double blockMagnitude) {
            return new Float16Format().errorBound(magnitude, blockMagnitude);
        }
    }
}
