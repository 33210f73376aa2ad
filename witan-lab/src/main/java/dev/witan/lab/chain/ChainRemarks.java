// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a reader of the chain report must know.
final class ChainRemarks {
    private ChainRemarks() {}

    static List<String> of(ChainBudget budget) {
        List<String> remarks = new ArrayList<>();
        remarks.add(
                "Published losses are nats per token of a vocabulary of 102,400, ours are nats per"
                        + " byte: only signs and relative differences compare.");
        remarks.add(
                "The published runs have one seed each, so their differences have no interval;"
                        + " their measurements scatter by about 0.01 from one to the next.");
        remarks.add(
                String.format(
                        Locale.ROOT,
                        "The published curves coincide for the first 6.5 M padded tokens and"
                            + " separate afterwards; a run here has %.2f M tokens of a model with"
                            + " about a sixtieth of the weights. That no difference shows here does"
                            + " not refute the paper, and one that does would not confirm it.",
                        budget.steps() * budget.tokensPerStep() / 1e6));
        remarks.add(
                "Weights as they are: softmax over all routed experts without renormalising, as"
                        + " published. The chain's four weights then sum to less than the"
                        + " mixture's eight; 'norm' divides them by their sum.");
        remarks.add(
                "Block as coded: the published code adds the iterations to the normalised hidden"
                        + " state and drops the block's own residual stream; mixtures get the same"
                        + " block. Standard: the usual pre-norm residual.");
        remarks.add(
                "The learning rate is "
                        + budget.learningRate()
                        + " for every system, not tuned for any.");
        remarks.add(
                "Intervals and p values are for one comparison each, from Student's t over paired"
                    + " seeds; nothing corrects for their number. The smallest difference shown is"
                    + " half the width of the interval; a true difference of the size called"
                    + " detectable is found (p < 0.05) in four of five repetitions.");
        remarks.add(
                "FLOPs are matrix products, forward and backward; attention counts the keys that a"
                        + " token sees. Memory is float32 weights, gradients and two moments: 16"
                        + " bytes a parameter, the same for every system with as many parameters.");
        return remarks;
    }
}
