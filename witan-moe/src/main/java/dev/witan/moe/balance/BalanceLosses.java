// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.balance;

import dev.witan.engine.Tensors;
import dev.witan.moe.DispatchPlan;
import dev.witan.moe.Routing;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

import java.util.List;
import java.util.stream.IntStream;

/// Auxiliary losses that keep the load of experts even, each unweighted and as a scalar of the
/// autograd graph.
///
/// Counts of chosen experts are constants; gradients flow through the router's scores. All means
/// are over the T tokens of the routing; a batch without tokens has loss 0.
public final class BalanceLosses {
    /// Keeps normalised scores finite where all sigmoids vanish.
    private static final double SUM_EPSILON = 1e-20;

    private BalanceLosses() {}

    /// `E * sum_i f_i P_i` with `f_i` the share of tokens whose first choice is i and `P_i` the
    /// mean score; 1 at perfect balance.
    ///
    /// @see "Switch Transformers, Eq. 4-6; GShard, Algorithm 1"
    public static Tensor firstChoice(Routing routing) {
        int[] counts = new int[routing.experts()];
        for (int t = 0; t < routing.tokens(); t++) {
            int first = routing.expertId(t, 0);
            if (first != Routing.EMPTY) {
                counts[first]++;
            }
        }
        double unit = routing.experts() / (double) Math.max(1, routing.tokens());
        return product(scaled(counts, unit), meanScores(routing));
    }

    /// `sum_i f_i P_i` with `f_i = E / (K T) * count_i`; 1 at perfect balance.
    ///
    /// @see "DeepSeekMoE, Eq. 12-14"
    public static Tensor expertLevel(Routing routing) {
        return product(loads(routing), meanScores(routing));
    }

    /// `sum_d f'_d P'_d` over groups of experts that share a device: `f'_d` the mean of `f_i` over
    /// the group, `P'_d` the sum of `P_i`.
    ///
    /// @param devices number of equally large groups of consecutive experts
    /// @see "DeepSeekMoE, Eq. 15-17"
    public static Tensor deviceLevel(Routing routing, int devices) {
        int size = groupSize(routing, devices);
        float[] loads = loads(routing);
        float[] groupLoads = new float[devices];
        for (int e = 0; e < loads.length; e++) {
            groupLoads[e / size] += loads[e] / size;
        }
        return product(groupLoads, groupSums(meanScores(routing), devices, size));
    }

    /// `sum_d f''_d P''_d` with `f''_d = D / (M T) * tokens sent to device d`: evens out how many
    /// tokens each device receives.
    ///
    /// @param devices number D of equally large groups of consecutive experts
    /// @param devicesMax most devices M that a token is sent to
    /// @see "DeepSeek-V2, Eq. 29-31"
    public static Tensor communication(Routing routing, int devices, int devicesMax) {
        int size = groupSize(routing, devices);
        int[] received = new int[devices];
        for (int t = 0; t < routing.tokens(); t++) {
            int token = t;
            IntStream.range(0, routing.topK())
                    .map(k -> routing.expertId(token, k))
                    .filter(id -> id != Routing.EMPTY)
                    .map(id -> id / size)
                    .distinct()
                    .forEach(device -> received[device]++);
        }
        double unit = devices / (devicesMax * (double) Math.max(1, routing.tokens()));
        return product(scaled(received, unit), groupSums(meanScores(routing), devices, size));
    }

    /// Mean over sequences of `sum_i f_i P_i`, both within the sequence.
    ///
    /// @param sequences number B of equally long sequences
    /// @param normalised whether scores are first divided by their sum over the experts, as sigmoid
    ///   scores need (DeepSeek-V3, Eq. 17-20)
    /// @see "DeepSeekMoE's published code, seq_aux"
    public static Tensor sequenceLevel(Routing routing, int sequences, boolean normalised) {
        if (sequences < 1 || routing.tokens() % sequences != 0) {
            throw new IllegalArgumentException(
                    "sequences must divide the tokens, was "
                            + sequences
                            + " for "
                            + routing.tokens());
        }
        if (routing.tokens() == 0) {
            return routing.routerScores().sum();
        }
        int length = routing.tokens() / sequences;
        int[] counts = new int[sequences * routing.experts()];
        for (int t = 0; t < routing.tokens(); t++) {
            for (int k = 0; k < routing.topK(); k++) {
                int id = routing.expertId(t, k);
                if (id != Routing.EMPTY) {
                    counts[t / length * routing.experts() + id]++;
                }
            }
        }
        Tensor scores = routing.routerScores();
        if (normalised) {
            scores = scores.div(sum(scores, 1, true).add(new Scalar(SUM_EPSILON)));
        }
        Tensor means =
                scores.view(sequences, length, routing.experts())
                        .mean(new long[] {1}, false, new ScalarTypeOptional());
        double unit = routing.experts() / ((double) routing.topK() * length * sequences);
        return product(scaled(counts, unit), means.reshape(-1));
    }

    /// `mean_t (logsumexp_i z_ti)^2`: keeps logits small.
    ///
    /// @see "Zoph et al. 2022, ST-MoE, Eq. 5"
    public static Tensor routerZ(Routing routing) {
        Tensor lse = torch.logsumexp(routing.routerLogits(), new long[] {1}, false);
        return routing.tokens() == 0 ? lse.sum() : lse.mul(lse).mean();
    }

    /// The loss of the Mixtral family's published training code: `E * sum_k sum_i f_ki P_i` over
    /// the tokens of all layers together; K at perfect balance, not 1.
    ///
    /// @param routings one per layer, of equal size
    public static Tensor pooledOverLayers(List<Routing> routings) {
        int[] total = new int[routings.getFirst().experts()];
        var scores = new TensorVector(routings.size());
        long tokens = 0;
        for (int layer = 0; layer < routings.size(); layer++) {
            Routing routing = routings.get(layer);
            int[] counts = DispatchPlan.of(routing).tokensPerExpert();
            for (int e = 0; e < total.length; e++) {
                total[e] += counts[e];
            }
            scores.put(layer, routing.routerScores());
            tokens += routing.tokens();
        }
        double unit = total.length / (double) Math.max(1, tokens);
        return product(scaled(total, unit), mean(torch.cat(scores, 0)));
    }

    /// Squared coefficient of variation `var / (mean^2 + 1e-10)` of a vector, with the population
    /// variance.
    ///
    /// @see "Shazeer et al. 2017, Outrageously Large Neural Networks, Eq. 6-7 and appendix A"
    public static Tensor squaredVariation(Tensor values) {
        if (values.numel() == 0) {
            return values.sum();
        }
        Tensor mean = values.mean();
        Tensor variance = values.sub(mean).square().mean();
        return variance.div(mean.mul(mean).add(new Scalar(1e-10)));
    }

    private static Tensor meanScores(Routing routing) {
        return mean(routing.routerScores());
    }

    private static Tensor mean(Tensor scores) {
        if (scores.size(0) == 0) {
            return sum(scores, 0, false);
        }
        return scores.mean(new long[] {0}, false, new ScalarTypeOptional());
    }

    private static Tensor sum(Tensor tensor, long dimension, boolean keep) {
        return tensor.sum(new long[] {dimension}, keep, new ScalarTypeOptional());
    }

    private static Tensor groupSums(Tensor meanScores, int devices, int size) {
        return sum(meanScores.view(devices, size), 1, false);
    }

    private static Tensor product(float[] constants, Tensor scores) {
        return Tensors.of(constants, constants.length)
                .to(scores.device(), scores.scalar_type())
                .mul(scores)
                .sum();
    }

    /// `f_i = E / (K T) * count_i`.
    private static float[] loads(Routing routing) {
        double slots = (double) routing.topK() * routing.tokens();
        return scaled(
                DispatchPlan.of(routing).tokensPerExpert(), routing.experts() / Math.max(1, slots));
    }

    private static float[] scaled(int[] counts, double unit) {
        float[] values = new float[counts.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (counts[i] * unit);
        }
        return values;
    }

    private static int groupSize(Routing routing, int devices) {
        if (devices < 1 || routing.experts() % devices != 0) {
            throw new IllegalArgumentException(
                    "devices must divide the experts, was "
                            + devices
                            + " for "
                            + routing.experts());
        }
        return routing.experts() / devices;
    }
}
