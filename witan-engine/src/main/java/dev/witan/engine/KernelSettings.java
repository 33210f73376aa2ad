// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

/// How matrix products are computed.
///
/// @param precision type of the operands
/// @param batchMode whether results depend on the batch in the last bits
public record KernelSettings(Precision precision, BatchMode batchMode) {
    /// Operands of the given type in the default mode, which is the invariant one: in training it
    /// costs at most a tenth.
    public static KernelSettings of(Precision precision) {
        return new KernelSettings(precision, BatchMode.INVARIANT);
    }

    /// The default for a model that answers one token at a time: in float32 a single row takes a
    /// kernel of its own that the invariant mode has to give up, at more than a tenth of the speed.
    public static KernelSettings forDecoding(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> new KernelSettings(precision, BatchMode.FAST);
            case BFLOAT16 -> new KernelSettings(precision, BatchMode.INVARIANT);
        };
    }
}
