// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.reference;

import static dev.witan.testkit.reference.Algebra.softmax;

import java.util.Arrays;
import java.util.stream.IntStream;

/// The auxiliary losses of routers, each with its analytic gradient at the logits.
///
/// All come with coefficient 1; every one of the balancing losses has the form Σ_i f_i · P_i where
/// f counts choices (a constant) and P averages scores (the way the gradient takes).
///
/// Shapes: logits `[T, E]`, expertIds `[T, K]`. A batch of no tokens has loss 0.
public final class ReferenceLosses {
    private ReferenceLosses() {}

    /// Switch and GShard: E · Σ_i f_i P_i with f from the top-1 choices only.
    ///
    /// Source: Fedus et al. 2021, Eqs. 4 to 6; Lepikhin et al. 2020, section 2.2.
    public static LossGradient top1Balance(double[][] logits) {
        return logits.length == 0 ? none() : expertLevel(logits, Algebra.topK(logits, 1));
    }

    /// DeepSeekMoE, expert level: Σ_i f_i P_i with f_i = E/(K·T) · count_i, P_i the mean softmax
    /// score. It is 1 at balance, and MegaBlocks' loss of one layer.
    ///
    /// Source: Dai et al. 2024, Eqs. 12 to 14; Gale et al. 2022.
    public static LossGradient expertLevel(double[][] logits, int[][] expertIds) {
        if (logits.length == 0) {
            return none();
        }
        double[][] scores = softmax(logits);
        return softmaxLoss(scores, choiceShare(expertIds, scores[0].length));
    }

    /// DeepSeekMoE, device level: Σ_d f'_d P'_d with f'_d the mean of f over the device's experts
    /// and P'_d the sum of P over them.
    ///
    /// @param deviceOf device of each expert `[E]`, numbered from 0 without gaps
    ///
    ///   Source: Dai et al. 2024, Eqs. 15 to 17.
    public static LossGradient deviceLevel(double[][] logits, int[][] expertIds, int[] deviceOf) {
        if (logits.length == 0) {
            return none();
        }
        int devices = deviceCount(deviceOf);
        double[] share = choiceShare(expertIds, deviceOf.length);
        var deviceShare = new double[devices];
        var size = new int[devices];
        for (int e = 0; e < deviceOf.length; e++) {
            deviceShare[deviceOf[e]] += share[e];
            size[deviceOf[e]]++;
        }
        Arrays.setAll(deviceShare, d -> deviceShare[d] / size[d]);
        return softmaxLoss(softmax(logits), spread(deviceShare, deviceOf));
    }

    /// DeepSeek-V2 communication balance: Σ_d f''_d P''_d with f''_d = D/(M·T) · (tokens sent to
    /// device d), a token counted once however many of the device's experts it uses.
    ///
    /// @param maxDevices M, the most devices one token may be sent to
    ///
    ///   Source: DeepSeek-V2 2024, Eqs. 29 to 31.
    public static LossGradient communication(
            double[][] logits, int[][] expertIds, int[] deviceOf, int maxDevices) {
        if (logits.length == 0) {
            return none();
        }
        int devices = deviceCount(deviceOf);
        var sent = new double[devices];
        for (int[] row : expertIds) {
            Arrays.stream(row).map(e -> deviceOf[e]).distinct().forEach(d -> sent[d]++);
        }
        double factor = (double) devices / (maxDevices * (double) logits.length);
        Arrays.setAll(sent, d -> sent[d] * factor);
        return softmaxLoss(softmax(logits), spread(sent, deviceOf));
    }

    /// Sequence level as deepseek-moe-16b and Chain-of-Experts code it (`seq_aux`): the
    /// expert-level loss of each sequence, averaged over the sequences.
    ///
    /// @param sequences B; tokens `b·S … (b+1)·S − 1` are sequence b
    ///
    ///   Source: `MoEGate` of the published deepseek-moe-16b model.
    public static LossGradient sequenceLevel(double[][] logits, int[][] expertIds, int sequences) {
        return perSequence(logits, expertIds, sequences, ReferenceLosses::expertLevel);
    }

    /// DeepSeek-V3's complementary sequence-wise loss: as [#sequenceLevel], with sigmoid scores
    /// divided by their sum over the experts in place of the softmax.
    ///
    /// Source: DeepSeek-V3 2024, Eqs. 17 to 20.
    public static LossGradient sequenceLevelSigmoid(
            double[][] logits, int[][] expertIds, int sequences) {
        return perSequence(logits, expertIds, sequences, ReferenceLosses::sigmoidBalance);
    }

    /// Router z-loss: the mean of the squared log-sum-exp of the logits.
    ///
    /// Source: Zoph et al. 2022 (ST-MoE), Eq. 5.
    public static LossGradient zLoss(double[][] logits) {
        double loss = 0;
        double[][] gradient = softmax(logits);
        for (int t = 0; t < logits.length; t++) {
            double lse = Algebra.logSumExp(logits[t]);
            loss += lse * lse / logits.length;
            double factor = 2 * lse / logits.length;
            gradient[t] = Arrays.stream(gradient[t]).map(s -> s * factor).toArray();
        }
        return new LossGradient(loss, gradient);
    }

    /// Hugging Face's `load_balancing_loss_func` of the Mixtral family: E · Σ_k Σ_i f[k,i] · P_i,
    /// which is K, not 1, at balance.
    ///
    /// Logits of several layers are concatenated along T; a token that `mask` leaves out counts in
    /// neither factor. Tokens choose by their softmax.
    ///
    /// @param mask `[T]`, true where the token counts
    public static LossGradient mixtralFamily(double[][] logits, int topK, boolean[] mask) {
        int counted = (int) IntStream.range(0, mask.length).filter(t -> mask[t]).count();
        if (counted == 0) {
            return new LossGradient(0, Algebra.zerosLike(logits));
        }
        double[][] scores = softmax(logits);
        int experts = logits[0].length;
        var share = new double[experts];
        for (int t = 0; t < logits.length; t++) {
            if (mask[t]) {
                for (int e : Algebra.topK(scores[t], topK)) {
                    share[e] += (double) experts / counted;
                }
            }
        }
        double loss = 0;
        var gradient = new double[logits.length][experts];
        for (int t = 0; t < logits.length; t++) {
            if (mask[t]) {
                loss += Algebra.dot(share, scores[t]) / counted;
                double[] upstream = Arrays.stream(share).map(f -> f / counted).toArray();
                gradient[t] = Algebra.softmaxGradient(scores[t], upstream);
            }
        }
        return new LossGradient(loss, gradient);
    }

    /// Loss-free balancing: every bias moves by γ towards the experts that got less than the mean.
    ///
    /// b_i + γ · sign(mean load − load_i); an expert at the mean keeps its bias.
    ///
    /// Source: Wang et al. 2024 (Auxiliary-Loss-Free Load Balancing), Algorithm 1.
    public static double[] updatedBias(double[] expertBias, long[] tokensPerExpert, double gamma) {
        double mean = Arrays.stream(tokensPerExpert).average().orElse(0);
        var updated = new double[expertBias.length];
        Arrays.setAll(updated, e -> expertBias[e] + gamma * Math.signum(mean - tokensPerExpert[e]));
        return updated;
    }

    private interface SequenceLoss {
        LossGradient of(double[][] logits, int[][] expertIds);
    }

    private static LossGradient perSequence(
            double[][] logits, int[][] expertIds, int sequences, SequenceLoss each) {
        if (sequences < 1 || logits.length % sequences != 0) {
            throw new IllegalArgumentException(
                    "sequences must divide " + logits.length + " tokens, was " + sequences);
        }
        int length = logits.length / sequences;
        double loss = 0;
        var gradient = new double[logits.length][];
        for (int from = 0; from < logits.length; from += length) {
            LossGradient one =
                    each.of(
                            Arrays.copyOfRange(logits, from, from + length),
                            Arrays.copyOfRange(expertIds, from, from + length));
            loss += one.loss() / sequences;
            double[][] scaled = Algebra.map(one.gradient(), g -> g / sequences);
            System.arraycopy(scaled, 0, gradient, from, length);
        }
        return new LossGradient(loss, gradient);
    }

    private static LossGradient sigmoidBalance(double[][] logits, int[][] expertIds) {
        int tokens = logits.length;
        double[] share = choiceShare(expertIds, logits[0].length);
        double loss = 0;
        var gradient = new double[tokens][share.length];
        for (int t = 0; t < tokens; t++) {
            double[] scores = Arrays.stream(logits[t]).map(Algebra::sigmoid).toArray();
            double sum = Arrays.stream(scores).sum();
            double mean = Algebra.dot(share, scores) / sum;
            loss += mean / tokens;
            for (int e = 0; e < scores.length; e++) {
                // d(s_e/Σs)/ds, then ds/dz = s(1 − s)
                gradient[t][e] = (share[e] - mean) / sum * scores[e] * (1 - scores[e]) / tokens;
            }
        }
        return new LossGradient(loss, gradient);
    }

    /// Σ_i factor_i · P_i with P_i the mean softmax score.
    private static LossGradient softmaxLoss(double[][] scores, double[] factor) {
        int tokens = scores.length;
        double loss = 0;
        var gradient = new double[tokens][];
        double[] upstream = Arrays.stream(factor).map(f -> f / tokens).toArray();
        for (int t = 0; t < tokens; t++) {
            loss += Algebra.dot(upstream, scores[t]);
            gradient[t] = Algebra.softmaxGradient(scores[t], upstream);
        }
        return new LossGradient(loss, gradient);
    }

    /// f_i = E/(K·T) · count_i.
    private static double[] choiceShare(int[][] expertIds, int experts) {
        long choices = Arrays.stream(expertIds).mapToLong(row -> row.length).sum();
        return Arrays.stream(ReferenceRouting.count(expertIds, experts))
                .mapToDouble(count -> (double) experts * count / choices)
                .toArray();
    }

    private static int deviceCount(int[] deviceOf) {
        return Arrays.stream(deviceOf).max().orElse(-1) + 1;
    }

    private static double[] spread(double[] perDevice, int[] deviceOf) {
        return Arrays.stream(deviceOf).mapToDouble(d -> perDevice[d]).toArray();
    }

    private static LossGradient none() {
        return new LossGradient(0, new double[0][]);
    }
}
