// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.layer;

import dev.witan.engine.Precision;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// Question: how many floating-point operations per second does a mixture-of-experts layer do, with
/// routing, dispatch and combine around them? [GemmBenchmark] says what would be possible.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class MoeLayerBenchmark {
    /// Tokens, model width, experts, expert width, top-k: the layer of the speed comparison, and
    /// one with few large experts.
    @Param({"2048x256x64x176x8", "2048x512x16x1408x2"})
    public String shape = "";

    /// Type of the kernels' operands.
    @Param public Precision precision = Precision.FLOAT32;

    private @Nullable LayerWork work;
    private long forwardFlops;
    private long forwardAndBackwardFlops;

    /// Makes the layer.
    @Setup
    public void setUp() {
        LayerShape sizes = LayerShape.parse(shape);
        forwardFlops = sizes.forwardFlops();
        forwardAndBackwardFlops = sizes.forwardAndBackwardFlops();
        work = new LayerWork(sizes, precision);
    }

    /// A forward pass without gradients.
    @Benchmark
    public void forward(Flops flops) {
        Objects.requireNonNull(work).forward();
        flops.add(forwardFlops);
    }

    /// A forward and a backward pass.
    @Benchmark
    public double forwardAndBackward(Flops flops) {
        double norm = Objects.requireNonNull(work).forwardAndBackward();
        flops.add(forwardAndBackwardFlops);
        return norm;
    }
}
