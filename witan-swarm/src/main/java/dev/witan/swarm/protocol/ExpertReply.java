// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.protocol;

import dev.witan.swarm.ExpertId;

import java.time.Duration;

/// What came of a request: failure is a value, and callers handle every case.
///
/// @param <A> what a completed answer carries
public sealed interface ExpertReply<A> {
    /// The host did it.
    record Completed<A>(A answer) implements ExpertReply<A> {}

    /// The host has no room now; nothing happened.
    ///
    /// @param retryAfter when to ask again
    record Busy<A>(Duration retryAfter) implements ExpertReply<A> {}

    /// No answer in time; it may have happened.
    record TimedOut<A>() implements ExpertReply<A> {}

    /// The host cannot be reached, or was lost on the way; it may have happened.
    ///
    /// @param reason what the network said
    record Unreachable<A>(String reason) implements ExpertReply<A> {}

    /// The contribution is based on weights too old; nothing happened.
    ///
    /// @param expert an expert that has moved on
    /// @param version its version now
    record Stale<A>(ExpertId expert, long version) implements ExpertReply<A> {}

    /// The host will not do it, however often it is asked; nothing happened.
    ///
    /// @param detail one line for people
    record Refused<A>(Reason reason, String detail) implements ExpertReply<A> {}

    /// Why a request was refused.
    enum Reason {
        /// The host does not hold an expert or the model.
        UNKNOWN_EXPERT,
        /// Counts, widths or orders do not fit.
        SHAPE,
        /// A value is infinite or undefined.
        NOT_FINITE,
        /// More than the host ever takes.
        LIMIT,
        /// What forward had kept is gone; send the inputs again.
        HANDLE_LOST,
        /// The contribution was applied, and its answer is no longer held.
        DUPLICATE,
        /// The step takes no more contributions.
        STEP_CLOSED,
        /// The step was not prepared.
        NOT_PREPARED,
        /// The version seen is one the host never had.
        VERSION,
        /// The request cannot be read, or comes from a protocol this peer does not speak.
        PROTOCOL,
        /// The host's arithmetic failed.
        INTERNAL
    }
}
