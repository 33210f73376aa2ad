// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.host;

import dev.witan.swarm.protocol.AdamWUpdate;
import dev.witan.swarm.protocol.ExpertRows;
import dev.witan.swarm.protocol.Rows;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// The numbers of one layer's hosted experts: weights, moments, and what is computed with them.
///
/// Experts are named by their slot, from 0. **Threads** one call at a time.
public interface ExpertArithmetic {
    /// Number of experts.
    int experts();

    /// Model width D.
    int modelWidth();

    /// Parameters of one expert.
    long parametersPerExpert();

    /// An accumulator with all gradients zero.
    Accumulator accumulator();

    /// Computes the answers of experts.
    ///
    /// @param into where a backward pass would add, null if none follows
    /// @param experts rows by slot, slots ascending
    /// @param tokens `[T,D]`
    Pass forward(@Nullable Accumulator into, List<ExpertRows> experts, Rows tokens);

    /// Changes all weights by one AdamW step of the gradients, and clears those.
    void step(Accumulator gradients, AdamWUpdate update);

    /// The gradients of one trainer.
    interface Accumulator extends AutoCloseable {
        /// Sum of the squares of a slot's gradient, in float64 in the order of its elements.
        double sumOfSquares(int slot);

        /// Sets all gradients to zero.
        void clear();

        /// Bytes held.
        long size();

        @Override
        void close();
    }

    /// One forward pass and what its backward pass needs.
    interface Pass extends AutoCloseable {
        /// Answers `[R,D]`, slots ascending.
        Rows answers();

        /// Gradient of the rows' inputs `[R,D]`; adds to the accumulator. To be called at most
        /// once.
        Rows backward(Rows gradient);

        /// Bytes held.
        long size();

        @Override
        void close();
    }
}
