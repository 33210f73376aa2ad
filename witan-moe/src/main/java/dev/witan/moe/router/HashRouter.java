// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.router;

import dev.witan.engine.Parameter;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.moe.Pass;
import dev.witan.moe.Router;
import dev.witan.moe.Routing;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.List;
import java.util.Optional;

/// A router without choice: a fixed table gives the experts of each token id.
///
/// Experts keep the order of the table. Weights are 1/K each, or learned: `sqrt(softplus(gate x))`
/// of the table's experts, renormalised and scaled. Only a pass that knows its token ids can be
/// routed.
///
/// @see "Roller et al. 2021, Hash Layers; learned weights as in DeepSeek-V4's hash layers"
public final class HashRouter implements Router {
    private static final double NORM_EPSILON = 1e-20;

    private final HashTable table;
    private final Optional<Gate> gate;
    private final double scalingFactor;

    private HashRouter(HashTable table, Optional<Gate> gate, double scalingFactor) {
        this.table = table;
        this.gate = gate;
        this.scalingFactor = scalingFactor;
    }

    /// A router that weighs the K experts of a token equally.
    public static HashRouter uniform(HashTable table) {
        return new HashRouter(table, Optional.empty(), 1);
    }

    /// A router that learns the weights of the table's experts.
    public static HashRouter weighted(HashTable table, Gate gate, double scalingFactor) {
        if (gate.experts() != table.experts()) {
            throw new IllegalArgumentException(
                    "gate must have " + table.experts() + " experts, had " + gate.experts());
        }
        if (!(scalingFactor > 0) || Double.isInfinite(scalingFactor)) {
            throw new IllegalArgumentException("scalingFactor must be > 0, was " + scalingFactor);
        }
        return new HashRouter(table, Optional.of(gate), scalingFactor);
    }

    @Override
    public int experts() {
        return table.experts();
    }

    @Override
    public int topK() {
        return table.topK();
    }

    @Override
    public List<Parameter> parameters() {
        return gate.map(Gate::weight).stream().toList();
    }

    @Override
    public Routing route(Tensor x, Pass pass) {
        int tokens = Math.toIntExact(x.size(0));
        if (pass.tokenIds().length != tokens) {
            throw new IllegalArgumentException(
                    "a hash router needs the id of every token: the pass has "
                            + pass.tokenIds().length
                            + " ids for "
                            + tokens
                            + " tokens");
        }
        int[] ids = table.expertIds(pass.tokenIds());
        try (Scope scope = Scope.open()) {
            var routing =
                    gate.isPresent()
                            ? learned(ids, gate.get().logits(x, pass.tape()))
                            : equal(ids, tokens);
            routing.keepIn(scope);
            return routing;
        }
    }

    private Routing equal(int[] ids, int tokens) {
        Tensor weights = Tensors.zeros(ScalarType.Float, tokens, topK());
        weights.fill_(new Scalar(1.0 / topK()));
        Tensor none = Tensors.zeros(ScalarType.Float, tokens, experts());
        Tensor scores = none.scatter_add(1, Tensors.of(ids, tokens, topK()), weights);
        return new Routing(tokens, topK(), experts(), ids, weights, scores, none, List.of());
    }

    private Routing learned(int[] ids, Tensor logits) {
        int tokens = Math.toIntExact(logits.size(0));
        Tensor scores = torch.softplus(logits).sqrt();
        Tensor chosen = Slots.gather(scores, ids, tokens, topK());
        Tensor sum = chosen.sum(new long[] {1}, true, new ScalarTypeOptional());
        Tensor weights =
                chosen.div(sum.add(new Scalar(NORM_EPSILON))).mul(new Scalar(scalingFactor));
        return new Routing(tokens, topK(), experts(), ids, weights, scores, logits, List.of());
    }
}
