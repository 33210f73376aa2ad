// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import dev.witan.moe.local1991.LabelledRows;

import org.jspecify.annotations.Nullable;

/// A [LogisticNetwork] in training.
final class NetworkTrainee implements Trainee {

    private final NetworkPass pass;
    private LogisticNetwork network;

    NetworkTrainee(LogisticNetwork network, LabelledRows rows) {
        this.network = network;
        pass = new NetworkPass(network.inputs(), network.hidden(), rows);
    }

    @Override
    public double forward() {
        return pass.forward(network).meanSquaredError();
    }

    @Override
    public void descend(double learningRate) {
        network = network.descend(pass.gradient(), learningRate);
    }

    @Override
    public double[] outputs(LabelledRows rows) {
        return network.forward(rows).outputs();
    }

    @Override
    public @Nullable Integer activeExperts() {
        return null;
    }
}
