// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/// Whether a row's answer has the same bits in any company: alone, at several positions among
/// random, huge and undefined rows, in batches of awkward sizes.
final class RowIndependence {
    private static final int[] SIZES = {1, 2, 3, 7, 8, 15, 17, 31, 32, 33, 64, 100, 130, 513};

    private RowIndependence() {}

    static boolean holds(UnaryOperator<Tensor> function, Tensor row) {
        byte[] alone = bits(function.apply(row));
        for (int size : SIZES) {
            for (int position : new int[] {0, size / 3, size / 2, size - 1}) {
                for (int company = 0; company < 3; company++) {
                    try (Scope scope = Scope.open()) {
                        Tensor batch = company(company, size, row);
                        batch.narrow(0, position, 1).copy_(row);
                        Tensor answer = function.apply(batch).narrow(0, position, 1);
                        if (!Arrays.equals(bits(answer), alone)) {
                            return false;
                        }
                    }
                }
            }
        }
        return true;
    }

    private static Tensor company(int kind, int size, Tensor row) {
        Tensor batch = Tensors.normal(1, 17L * size, size, row.size(1));
        if (kind == 1) {
            batch.mul_(new Scalar(1e30));
        } else if (kind == 2) {
            batch.mul_(new Scalar(Double.NaN));
        }
        return batch.to(row.scalar_type());
    }

    private static byte[] bits(Tensor tensor) {
        float[] values = Tensors.toFloats(tensor.contiguous());
        var bytes = java.nio.ByteBuffer.allocate(4 * values.length);
        for (float value : values) {
            bytes.putInt(Float.floatToRawIntBits(value));
        }
        return bytes.array();
    }
}
