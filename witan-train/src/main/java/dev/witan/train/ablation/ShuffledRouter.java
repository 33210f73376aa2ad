// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.ablation;

import dev.witan.engine.Parameter;
import dev.witan.moe.Pass;
import dev.witan.moe.Router;
import dev.witan.moe.Routing;

import org.bytedeco.pytorch.Tensor;

import java.util.List;
import java.util.Random;

/// A router whose every choice goes to another expert than it meant, always the same one: the
/// weights and the distribution of the load stay as they were, only who answers is wrong.
final class ShuffledRouter implements Router {
    private final Router original;
    private final int[] instead;

    /// Shuffles by a random cyclic permutation, in which no expert stays in its place (Sattolo).
    ShuffledRouter(Router original, long seed) {
        this.original = original;
        this.instead = new int[original.experts()];
        for (int e = 0; e < instead.length; e++) {
            instead[e] = e;
        }
        var random = new Random(seed);
        for (int e = instead.length - 1; e > 0; e--) {
            int other = random.nextInt(e);
            int moved = instead[e];
            instead[e] = instead[other];
            instead[other] = moved;
        }
    }

    @Override
    public int experts() {
        return original.experts();
    }

    @Override
    public int topK() {
        return original.topK();
    }

    @Override
    public Routing route(Tensor x, Pass pass) {
        Routing routing = original.route(x, pass);
        int[] ids = routing.expertIds().clone();
        for (int i = 0; i < ids.length; i++) {
            ids[i] = ids[i] == Routing.EMPTY ? Routing.EMPTY : instead[ids[i]];
        }
        return routing.withExpertIds(ids);
    }

    @Override
    public List<Parameter> parameters() {
        return original.parameters();
    }

    @Override
    public boolean couplesTokens() {
        return original.couplesTokens();
    }
}
