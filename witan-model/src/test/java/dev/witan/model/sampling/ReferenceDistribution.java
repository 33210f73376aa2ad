// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.sampling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Temperature, top-k, top-p and min-p as one would write them down: full softmax and full sort
/// after every step.
final class ReferenceDistribution {
    private ReferenceDistribution() {}

    private record Token(int id, double probability) {}

    static double[] of(float[] logits, SamplingSettings settings) {
        List<Token> tokens = new ArrayList<>();
        double max = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        for (int id = 0; id < logits.length; id++) {
            tokens.add(new Token(id, Math.exp((logits[id] - max) / settings.temperature())));
        }
        tokens.sort(
                Comparator.<Token>comparingDouble(token -> -logits[token.id])
                        .thenComparingInt(Token::id));
        tokens = renormalised(tokens);
        if (settings.topK() > 0) {
            tokens = renormalised(tokens.subList(0, Math.min(settings.topK(), tokens.size())));
        }
        if (settings.topP() < 1) {
            int kept = 0;
            for (double sum = 0; sum < settings.topP() && kept < tokens.size(); kept++) {
                sum += tokens.get(kept).probability;
            }
            tokens = renormalised(tokens.subList(0, kept));
        }
        double border = settings.minP() * tokens.getFirst().probability;
        tokens = renormalised(tokens.stream().filter(t -> t.probability >= border).toList());
        double[] result = new double[logits.length];
        tokens.forEach(token -> result[token.id] = token.probability);
        return result;
    }

    private static List<Token> renormalised(List<Token> tokens) {
        double sum = tokens.stream().mapToDouble(Token::probability).sum();
        return tokens.stream().map(t -> new Token(t.id, t.probability / sum)).toList();
    }
}
