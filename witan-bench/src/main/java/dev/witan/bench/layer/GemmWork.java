// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.layer;

import dev.witan.engine.Engine;
import dev.witan.engine.Precision;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;
import dev.witan.engine.Workers;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.ArrayList;
import java.util.List;

/// Square matrix products, as many side by side as there are workers, each on matrices of its own:
/// how Witan uses the machine when it does nothing else.
final class GemmWork {
    /// Small products are repeated until a worker has about this much to do.
    private static final long FLOPS_PER_TASK = 1L << 30;

    private final Workers workers = Engine.start().workers();
    private final List<Operands> operands = new ArrayList<>();
    private final long productFlops;
    private final int repeats;

    private record Operands(Tensor a, Tensor b, Tensor product) {}

    GemmWork(int size, Precision precision) {
        if (size < 1) {
            throw new IllegalArgumentException("size must be at least 1, was " + size);
        }
        productFlops = 2L * size * size * size;
        repeats = Math.toIntExact(Math.ceilDiv(FLOPS_PER_TASK, productFlops));
        for (int w = 0; w < workers.size(); w++) {
            try (Scope scope = Scope.open()) {
                operands.add(
                        new Operands(
                                scope.keep(matrix(size, precision, 2 * w)),
                                scope.keep(matrix(size, precision, 2 * w + 1)),
                                scope.keep(Tensors.zeros(precision.scalarType(), size, size))));
            }
        }
    }

    private static Tensor matrix(int size, Precision precision, int seed) {
        return Tensors.normal(1, seed, size, size).to(precision.scalarType());
    }

    /// Computes all products.
    void run() {
        workers.forEach(operands.size(), w -> multiply(operands.get(w)));
    }

    private void multiply(Operands matrices) {
        for (int i = 0; i < repeats; i++) {
            torch.mm_out(matrices.product, matrices.a, matrices.b);
        }
    }

    /// Floating-point operations of a run.
    long flops() {
        return productFlops * repeats * operands.size();
    }
}
