// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.placement;

import java.time.Duration;

/// The speed of a peer as placement sees it: smoothed, and constant until it has clearly changed.
///
/// Placement follows every change of a speed by moving experts, so noise must not reach it. Each
/// observation pulls an exponential mean with the given time constant; the published value jumps to
/// the mean once they differ by more than the dead band, so it ends within the dead band of a
/// constant speed: after a fall to a quarter it is within 1.2 times the new speed in five time
/// constants (dead band 0.1).
///
/// **Threads.** One at a time.
public final class MeasuredSpeed {
    private final double tauNanos;
    private final double deadBand;
    private double mean;
    private double published;
    private long lastNanos;
    private boolean observed;

    /// No speed yet: 0.
    ///
    /// @param timeConstant of the mean
    /// @param deadBand relative difference that changes nothing, in (0, 1)
    public MeasuredSpeed(Duration timeConstant, double deadBand) {
        if (timeConstant.isNegative() || timeConstant.isZero()) {
            throw new IllegalArgumentException("timeConstant must be > 0, was " + timeConstant);
        }
        if (!(deadBand > 0 && deadBand < 1)) {
            throw new IllegalArgumentException("deadBand must be in (0, 1), was " + deadBand);
        }
        this.tauNanos = timeConstant.toNanos();
        this.deadBand = deadBand;
    }

    /// Takes a measurement and returns the published speed. What is not finite or negative is
    /// ignored.
    public double observe(double speed, long nowNanos) {
        if (!(speed >= 0) || Double.isInfinite(speed)) {
            return published;
        }
        if (!observed) {
            observed = true;
            mean = speed;
            published = speed;
        } else {
            double passed = Math.max(0, nowNanos - lastNanos);
            mean += (speed - mean) * -Math.expm1(-passed / tauNanos);
            if (Math.abs(mean - published) > deadBand * published) {
                published = mean;
            }
        }
        lastNanos = nowNanos;
        return published;
    }

    /// What placement uses.
    public double published() {
        return published;
    }
}
