// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.codec;

/// IEEE 754 binary16, rounded to nearest, ties to even; finite values saturate at ±65,504.
///
/// The conversions of the JDK become one instruction per vector on processors that have it. They
/// keep the sign of a NaN and make it quiet.
final class Float16Format extends HalfFormat {
    private static final int LARGEST = Float.floatToRawIntBits(65_504f);
    private static final double LARGEST_VALUE = 65_504;

    @Override
    void narrow(int[] bits, short[] halves, int count) {
        for (int i = 0; i < count; i++) {
            int magnitude = bits[i] & Integer.MAX_VALUE;
            int limited = Math.min(magnitude, LARGEST);
            int notFinite = RowFormat.notFinite(magnitude);
            bits[i] =
                    (bits[i] & Integer.MIN_VALUE)
                            | (limited & ~notFinite)
                            | (magnitude & notFinite);
        }
        for (int i = 0; i < count; i++) {
            halves[i] = Float.floatToFloat16(Float.intBitsToFloat(bits[i]));
        }
    }

    @Override
    void widen(short[] halves, int[] bits, int count) {
        for (int i = 0; i < count; i++) {
            bits[i] = Float.floatToRawIntBits(Float.float16ToFloat(halves[i]));
        }
    }

    @Override
    public double errorBound(double magnitude, double blockMagnitude) {
        return Math.max(magnitude * 0x1p-11 + 0x1p-25, magnitude - LARGEST_VALUE);
    }
}
