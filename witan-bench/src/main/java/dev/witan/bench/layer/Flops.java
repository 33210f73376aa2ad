// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.layer;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What JMH reports beside calls per second: 10⁹ floating-point operations per second, as
/// `gigaflops`.
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Flops {
    /// 10⁹ operations of this iteration; JMH sets it to zero and divides it by the time.
    public double gigaflops;

    void add(long flops) {
        gigaflops += flops / 1e9;
    }
}
