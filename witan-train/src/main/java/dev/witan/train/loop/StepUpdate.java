// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

import dev.witan.train.optimizer.AdamW;

/// How a step ends: what its gradients do to the parameters, those that are not in this process
/// included.
@FunctionalInterface
public interface StepUpdate {
    /// All parameters are in this process.
    StepUpdate HERE = AdamW::step;

    /// Changes all parameters by one step of their gradients and clears the gradients.
    ///
    /// @param own optimiser of the parameters in this process
    /// @return norm of the whole gradient before clipping; if it is not finite nothing changes but
    ///   the gradients are cleared
    double apply(AdamW own, double learningRate);
}
