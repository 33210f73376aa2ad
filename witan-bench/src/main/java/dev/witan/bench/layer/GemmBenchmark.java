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

/// Question: how many floating-point operations per second do libtorch's matrix products reach at
/// best on this machine, with as many threads as the layers use?
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class GemmBenchmark {
    /// Rows and columns of the matrices.
    @Param({"256", "512", "1024", "2048"})
    public int size = 1;

    /// Type of the operands.
    @Param public Precision precision = Precision.FLOAT32;

    private @Nullable GemmWork work;

    /// Makes the matrices.
    @Setup
    public void setUp() {
        work = new GemmWork(size, precision);
    }

    /// A product on each worker, small ones repeated.
    @Benchmark
    public void multiply(Flops flops) {
        GemmWork products = Objects.requireNonNull(work);
        products.run();
        flops.add(products.flops());
    }
}
