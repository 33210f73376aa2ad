// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import dev.witan.moe.local1991.LabelledRows;
import dev.witan.moe.local1991.LocalExpertsMixture;
import dev.witan.moe.local1991.MixtureLoss;
import dev.witan.moe.local1991.MixturePass;

import java.util.Arrays;
import java.util.stream.IntStream;

/// A [LocalExpertsMixture] in training.
final class MixtureTrainee implements Trainee {

    private static final double ACTIVE_PROPORTION = 0.05;

    private final MixturePass pass;
    private final MixtureLoss loss;
    private LocalExpertsMixture mixture;

    MixtureTrainee(LocalExpertsMixture mixture, MixtureLoss loss, LabelledRows rows) {
        this.mixture = mixture;
        this.loss = loss;
        pass = new MixturePass(mixture.shape(), rows);
    }

    @Override
    public double forward() {
        return pass.forward(mixture).meanSquaredError();
    }

    @Override
    public void descend(double learningRate) {
        mixture = mixture.descend(pass.gradient(loss), learningRate);
    }

    @Override
    public double[] outputs(LabelledRows rows) {
        return mixture.forward(rows).blend(0);
    }

    @Override
    public Integer activeExperts() {
        return activeExpertIndices().length;
    }

    int[] activeExpertIndices() {
        return IntStream.range(0, mixture.shape().experts())
                .filter(k ->
                        Arrays.stream(pass.proportions(k)).anyMatch(p -> p > ACTIVE_PROPORTION))
                .toArray();
    }

    LocalExpertsMixture mixture() {
        return mixture;
    }
}
