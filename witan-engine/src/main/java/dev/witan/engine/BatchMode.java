// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

/// Whether the last bits of a token's output may depend on the other tokens of its batch.
///
/// The mathematics never couples tokens; libraries do, because they choose a kernel, and with it an
/// order of summation, by the number of rows. `docs/numerics.md` has what was measured.
public enum BatchMode {
    /// Rows as they come: outputs agree to rounding.
    FAST,
    /// Row counts whose results were found to agree, see [RowBlocks]: outputs are equal to the last
    /// bit in any batch, at any position, with any number of threads. Gradients agree to rounding.
    INVARIANT
}
