// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Faulty divisions into blocks: the independence check must find each of them.
///
/// Seen with OpenBLAS in float32, whose kernel for small products sums in another order. In
/// bfloat16 oneDNN was found to treat every row count alike, so a fault there is invisible.
@Tag("mutants")
class FaultyRowBlocksTest {
    static Map<String, RowBlocks> variants() {
        var variants = new TreeMap<String, RowBlocks>();
        variants.put("the last block is not padded", RowBlocks.upTo(512));
        variants.put("the last block of the fixed shape is not padded", RowBlocks.upTo(32));
        variants.put("counts are not checked", RowBlocks.padded(1, 8, 32, 128, 512));
        variants.put("one row is not padded", RowBlocks.padded(1, 32));
        return variants;
    }

    static Set<String> names() {
        return variants().keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void isFound(String name) {
        Engine.start();
        try (Scope scope = Scope.open()) {
            Tensor weight = Tensors.normal(1, 3, 63, 128);
            Tensor row = Tensors.normal(1, 4, 1, 128);
            RowBlocks blocks = java.util.Objects.requireNonNull(variants().get(name));
            assertThat(RowIndependence.holds(x -> blocks.map(x, r -> torch.mm(r, weight.t())), row))
                    .isFalse();
        }
        System.out.println("killed: row blocks, " + name);
    }
}
