// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.local1991;

/// The sizes of a mixture and the layout of its parameters.
///
/// Parameters lie in one array: the weights of output 0 of expert 0 (D inputs, then the bias),
/// output 1 of expert 0, and so on; after all experts, the gate's D + 1 weights for each expert.
///
/// @param experts K, at least 1
/// @param inputs D, at least 1
/// @param outputs M, at least 1
public record MixtureShape(int experts, int inputs, int outputs) {

    public MixtureShape {
        requirePositive("experts", experts);
        requirePositive("inputs", inputs);
        requirePositive("outputs", outputs);
    }

    /// The number of weights of one unit: D inputs and the bias.
    public int unitSize() {
        return inputs + 1;
    }

    /// The number of parameters: K·M·(D + 1) in the experts and K·(D + 1) in the gate.
    public int parameterCount() {
        return experts * (outputs + 1) * unitSize();
    }

    /// The index of the first weight of one output of one expert.
    int expertOffset(int expert, int output) {
        return (expert * outputs + output) * unitSize();
    }

    /// The index of the gate's first weight for one expert.
    int gateOffset(int expert) {
        return (experts * outputs + expert) * unitSize();
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
    }
}
