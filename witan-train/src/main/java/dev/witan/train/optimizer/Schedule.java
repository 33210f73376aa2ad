// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.optimizer;

/// The learning rate of each step.
///
/// A warm-up below 1 is a share of all steps, from 1 on a number of steps. During it the rate rises
/// linearly and reaches its peak at its last step, so the first step already learns.
public sealed interface Schedule {
    /// The learning rate of step `step` in `[1, steps]`; a later step has that of the last.
    double at(long step, long steps);

    /// Warm-up, then always the same.
    ///
    /// @param peak the learning rate
    /// @param warmup share or number of steps
    record Constant(double peak, double warmup) implements Schedule {
        /// Checks the values.
        public Constant {
            checkPeak(peak);
            checkWarmup(warmup);
        }

        @Override
        public double at(long step, long steps) {
            return peak * Math.min(1, step / Math.max(1, warmupSteps(warmup, steps)));
        }
    }

    /// Warm-up, then half a cosine down to a minimum, which the last step has.
    ///
    /// @param peak the largest learning rate
    /// @param minimum the last learning rate as a share of the peak, in [0, 1]
    /// @param warmup share or number of steps
    /// @see "Loshchilov and Hutter 2017, SGDR: Stochastic Gradient Descent with Warm Restarts"
    record Cosine(double peak, double minimum, double warmup) implements Schedule {
        /// Checks the values.
        public Cosine {
            checkPeak(peak);
            checkWarmup(warmup);
            if (!(minimum >= 0 && minimum <= 1)) {
                throw new IllegalArgumentException("minimum must be in [0, 1], was " + minimum);
            }
        }

        @Override
        public double at(long step, long steps) {
            double warm = Math.max(1, warmupSteps(warmup, steps));
            if (step <= warm) {
                return peak * step / warm;
            }
            double done = Math.min(1, (step - warm) / Math.max(1, steps - warm));
            return peak * (minimum + (1 - minimum) * (1 + Math.cos(Math.PI * done)) / 2);
        }
    }

    private static double warmupSteps(double warmup, long steps) {
        return warmup < 1 ? Math.rint(warmup * steps) : Math.rint(warmup);
    }

    private static void checkPeak(double peak) {
        if (!(peak >= 0) || Double.isInfinite(peak)) {
            throw new IllegalArgumentException("peak must be >= 0 and finite, was " + peak);
        }
    }

    private static void checkWarmup(double warmup) {
        if (!(warmup >= 0) || Double.isInfinite(warmup)) {
            throw new IllegalArgumentException(
                    "warmup must be >= 0 (below 1 a share of the steps), was " + warmup);
        }
    }
}
