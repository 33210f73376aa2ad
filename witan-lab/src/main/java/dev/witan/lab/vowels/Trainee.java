// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import dev.witan.moe.local1991.LabelledRows;

import org.jspecify.annotations.Nullable;

/// One system in training, with its parameters and its training rows.
interface Trainee {

    /// Computes the outputs for the training rows and returns their mean squared error.
    double forward();

    /// Takes one step along the mean gradient of the latest [#forward].
    void descend(double learningRate);

    /// The outputs for other rows, with the present parameters.
    double[] outputs(LabelledRows rows);

    /// How many experts get more than 5 % of the gate on some training row, or null where there are
    /// no experts.
    @Nullable Integer activeExperts();
}
