// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import dev.witan.moe.local1991.LabelledRows;

/// Batch gradient descent on the training rows until the criterion is met. One instance serves any
/// number of threads.
final class VowelTraining {

    private final LabelledRows training;
    private final LabelledRows test;
    private final VowelSettings settings;

    VowelTraining(VowelData data, VowelSettings settings) {
        training = VowelData.rows(data.training());
        test = VowelData.rows(data.test());
        this.settings = settings;
    }

    VowelRun run(VowelSystem system, double learningRate, int seed) {
        Trainee trainee = system.trainee(seed, training);
        int epochs = train(trainee, learningRate);
        double error = trainee.forward();
        return new VowelRun(
                system.label(),
                learningRate,
                seed,
                error <= settings.criterion(),
                epochs,
                error,
                accuracy(trainee, training),
                accuracy(trainee, test),
                trainee.activeExperts());
    }

    /// Trains a mixture again to look inside it.
    MixtureTrainee trainedMixture(VowelSystem.Mixture system, double learningRate, int seed) {
        MixtureTrainee trainee = system.trainee(seed, training);
        train(trainee, learningRate);
        return trainee;
    }

    private int train(Trainee trainee, double learningRate) {
        int epochs = 0;
        while (!(trainee.forward() <= settings.criterion()) && epochs < settings.maxEpochs()) {
            trainee.descend(learningRate);
            epochs++;
        }
        return epochs;
    }

    private static double accuracy(Trainee trainee, LabelledRows rows) {
        double[] outputs = trainee.outputs(rows);
        double[] targets = rows.target(0);
        int right = 0;
        for (int row = 0; row < outputs.length; row++) {
            if ((outputs[row] > 0.5) == (targets[row] > 0.5)) {
                right++;
            }
        }
        return (double) right / outputs.length;
    }
}
