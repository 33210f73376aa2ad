// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe;

/// A limit on the tokens that one expert takes per dispatch; it couples the tokens of a batch, so
/// it is for training only and serving refuses it.
///
/// First choices get places before second choices, earlier tokens before later ones; what finds no
/// place is dropped.
///
/// @param capacityFactor multiple of the mean load; 0 means dropless
/// @see "Lepikhin et al. 2020, GShard, section 2.2; Switch Transformers, Eq. 3"
public record ExpertCapacity(double capacityFactor) {
    /// No limit: every token reaches its experts.
    public static final ExpertCapacity DROPLESS = new ExpertCapacity(0);

    /// Checks the factor.
    public ExpertCapacity {
        if (!(capacityFactor >= 0) || Double.isInfinite(capacityFactor)) {
            throw new IllegalArgumentException(
                    "capacityFactor must be >= 0 (0 is dropless), was " + capacityFactor);
        }
    }

    /// Whether the limit can bind.
    public boolean couplesTokens() {
        return capacityFactor > 0;
    }

    /// Most tokens per expert for the given sizes.
    public int expertCapacity(int tokens, int topK, int experts) {
        return (int) Math.ceil(capacityFactor * tokens * topK / experts);
    }

    /// The routing without the slots that found no place.
    public Routing limit(Routing routing) {
        if (!couplesTokens()) {
            return routing;
        }
        int capacity = expertCapacity(routing.tokens(), routing.topK(), routing.experts());
        int[] ids = routing.expertIds().clone();
        int[] taken = new int[routing.experts()];
        for (int k = 0; k < routing.topK(); k++) {
            for (int t = 0; t < routing.tokens(); t++) {
                int id = ids[t * routing.topK() + k];
                if (id != Routing.EMPTY && taken[id]++ >= capacity) {
                    ids[t * routing.topK() + k] = Routing.EMPTY;
                }
            }
        }
        return routing.withExpertIds(ids);
    }
}
