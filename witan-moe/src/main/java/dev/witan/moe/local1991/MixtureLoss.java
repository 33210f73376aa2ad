// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.local1991;

/// The error functions of the 1991 paper, for a target `d`, experts' outputs `o_i` and gate
/// proportions `p_i`.
///
/// Source: Jacobs, Jordan, Nowlan and Hinton 1991, Eqs. 1 to 3.
public enum MixtureLoss {
    /// Eq. 1, `‖d − Σ p_i o_i‖²`: the experts answer for their blend, so each corrects what the
    /// others leave over.
    COOPERATIVE,

    /// Eq. 2, `Σ p_i ‖d − o_i‖²`: each expert answers for the whole target alone, in proportion to
    /// the gate.
    COMPETITIVE,

    /// Eq. 3, `−log Σ p_i exp(−½‖d − o_i‖²)`: the negative log-likelihood of a mixture of unit
    /// Gaussians, up to a constant. The paper's simulations use this one.
    LIKELIHOOD
}
