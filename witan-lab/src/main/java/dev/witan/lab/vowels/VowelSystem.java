// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import dev.witan.moe.local1991.LabelledRows;
import dev.witan.moe.local1991.LocalExpertsMixture;
import dev.witan.moe.local1991.MixtureLoss;
import dev.witan.moe.local1991.MixtureShape;

import java.util.List;
import java.util.SplittableRandom;

/// A system that the experiment trains.
sealed interface VowelSystem {

    int INPUTS = 2;

    Mixture MIXTURE_4 = new Mixture(4, MixtureLoss.LIKELIHOOD);
    Mixture MIXTURE_8 = new Mixture(8, MixtureLoss.LIKELIHOOD);
    Network NETWORK_6 = new Network(6);
    Network NETWORK_12 = new Network(12);

    /// The four systems of the paper's Table 1.
    List<VowelSystem> TABLE_1 = List.of(MIXTURE_4, MIXTURE_8, NETWORK_6, NETWORK_12);

    /// The mixture of 4 with the two error functions that the paper argues against.
    List<VowelSystem> ABLATIONS =
            List.of(
                    new Mixture(4, MixtureLoss.COOPERATIVE),
                    new Mixture(4, MixtureLoss.COMPETITIVE));

    String label();

    int parameterCount();

    /// The system at its start. The same seed gives the same start whatever the step size.
    Trainee trainee(int seed, LabelledRows rows);

    /// A mixture of local experts.
    record Mixture(int experts, MixtureLoss loss) implements VowelSystem {

        @Override
        public String label() {
            String suffix =
                    switch (loss) {
                        case COOPERATIVE -> ", Eq. 1";
                        case COMPETITIVE -> ", Eq. 2";
                        case LIKELIHOOD -> "";
                    };
            return "mixture of " + experts + suffix;
        }

        @Override
        public int parameterCount() {
            return shape().parameterCount();
        }

        @Override
        public MixtureTrainee trainee(int seed, LabelledRows rows) {
            var start = LocalExpertsMixture.random(shape(), new SplittableRandom(seed));
            return new MixtureTrainee(start, loss, rows);
        }

        private MixtureShape shape() {
            return new MixtureShape(experts, INPUTS, 1);
        }
    }

    /// A network with one hidden layer.
    record Network(int hidden) implements VowelSystem {

        @Override
        public String label() {
            return "network of " + hidden;
        }

        @Override
        public int parameterCount() {
            return LogisticNetwork.parameterCount(INPUTS, hidden);
        }

        @Override
        public NetworkTrainee trainee(int seed, LabelledRows rows) {
            var start = LogisticNetwork.random(INPUTS, hidden, new SplittableRandom(seed));
            return new NetworkTrainee(start, rows);
        }
    }
}
