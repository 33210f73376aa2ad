// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.witan.engine.RowBlocks.Block;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/// The division into blocks, and that the counts it allows keep a row's bits.
class RowBlocksTest {
    @BeforeAll
    static void start() {
        Engine.start();
    }

    @Test
    void noRowsAreNoBlocks() {
        assertThat(RowBlocks.padded(32).split(0)).isEmpty();
        assertThat(RowBlocks.upTo(32).split(0)).isEmpty();
    }

    @Test
    void fastBlocksAreNotPadded() {
        assertThat(RowBlocks.upTo(512).split(700))
                .containsExactly(new Block(0, 512, 512), new Block(512, 188, 188));
    }

    @Test
    void theLastBlockIsPaddedToAnAllowedCount() {
        assertThat(RowBlocks.padded(32, 128).split(197))
                .containsExactly(
                        new Block(0, 128, 128),
                        new Block(128, 32, 32),
                        new Block(160, 32, 32),
                        new Block(192, 5, 32));
        assertThat(RowBlocks.padded(32, 128).split(100)).containsExactly(new Block(0, 100, 128));
        assertThat(RowBlocks.padded(1, 32).split(1)).containsExactly(new Block(0, 1, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 13, 31, 32, 33, 97, 130, 512, 1031})
    void blocksCoverEveryRowOnceInAllowedCounts(int rows) {
        int next = 0;
        for (Block block : RowBlocks.padded(4, 32, 128, 512).split(rows)) {
            assertThat(block.first()).isEqualTo(next);
            assertThat(block.called()).isIn(4, 32, 128, 512).isGreaterThanOrEqualTo(block.count());
            next += block.count();
        }
        assertThat(next).isEqualTo(rows);
    }

    @Test
    void theBoundIsAtLeastOneRow() {
        assertThatThrownBy(() -> RowBlocks.upTo(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("most must be >= 1, was 0");
    }

    @Test
    void smallerBlocksStayAllowed() {
        assertThat(RowBlocks.padded(1, 32, 512).atMost(64).counts()).containsExactly(1, 32);
        assertThat(RowBlocks.padded(32, 512).atMost(8).counts()).containsExactly(32);
    }

    @ParameterizedTest
    @CsvSource({
        "256,352", "176,256", "256,768", "256,64", "128,63", "88,128", "17,13", "7,1", "256,1",
        "1,5", "67,101"
    })
    void rowsOfAProductAreIndependentToTheBit(int in, int out) {
        for (Precision precision : Precision.values()) {
            ScalarType type = precision.scalarType();
            try (Scope scope = Scope.open()) {
                Tensor weight = Tensors.normal(1, 3, out, in).to(type);
                Tensor row = Tensors.normal(1, 4, 1, in).to(type);
                RowBlocks blocks = checked(RowFunction.Linear.of(weight, type));
                assertThat(
                                RowIndependence.holds(
                                        x -> blocks.map(x, r -> torch.mm(r, weight.t())), row))
                        .isTrue();
            }
        }
    }

    @Test
    void aRowThatPoisonsItsNeighbourIsComputedAlone() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensors.of(new float[] {1, Float.NaN, 3, 4, 5}, 5, 1);
            Tensor y =
                    RowBlocks.padded(8)
                            .map(
                                    x,
                                    rows ->
                                            rows.add(
                                                    rows.roll(1).mul(Tensors.of(new float[1], 1))));
            assertThat(Tensors.toFloats(y)).containsExactly(1, Float.NaN, 3, 4, 5);
        }
    }

    @Test
    void aFunctionThatTreatsPositionsDifferentlyIsCalledRowByRow() {
        assertThat(checked(new PositionDependent()).counts()).containsExactly(1);
    }

    @Test
    void countsThatDisagreeAreLeftOut() {
        assertThat(checked(new CountDependent()).counts())
                .containsExactly(16, 32, 64, 96, 128, 160, 192, 256, 384, 512);
    }

    @Test
    void equalFunctionsAreCheckedOnce() {
        var calls = new AtomicInteger();
        var first = checked(new Counted(calls));
        int once = calls.get();
        assertThat(checked(new Counted(calls))).isSameAs(first);
        assertThat(calls.get()).isEqualTo(once).isPositive();
    }

    @Test
    void mapRecordsGradients() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensors.normal(1, 1, 5, 3).requires_grad_(true);
            RowBlocks.padded(2).map(x, rows -> rows.mul(rows)).sum().backward();
            assertThat(torch.equal(x.grad(), x.detach().add(x.detach()))).isTrue();
        }
    }

    private static RowBlocks checked(RowFunction function) {
        return Engine.start().rowBlocks(function, BatchMode.INVARIANT, 1);
    }

    /// Three columns of the rows, with a fault at some positions.
    private record PositionDependent() implements Columns {
        @Override
        public Tensor apply(Tensor rows, Tensor weights) {
            Tensor y = rows.clone();
            y.select(0, rows.size(0) - 1).add_(new org.bytedeco.pytorch.Scalar(1e-3));
            return y;
        }
    }

    private record CountDependent() implements Columns {
        @Override
        public Tensor apply(Tensor rows, Tensor weights) {
            double factor = rows.size(0) < 16 ? 1.0000001 : 1;
            return rows.mul(new org.bytedeco.pytorch.Scalar(factor));
        }
    }

    private record Counted(AtomicInteger calls) implements Columns {
        @Override
        public Tensor apply(Tensor rows, Tensor weights) {
            calls.incrementAndGet();
            return rows.clone();
        }

        @Override
        public boolean equals(@org.jspecify.annotations.Nullable Object other) {
            return other instanceof Counted;
        }

        @Override
        public int hashCode() {
            return Objects.hash(List.of());
        }
    }

    private interface Columns extends RowFunction {
        @Override
        default ScalarType type() {
            return ScalarType.Float;
        }

        @Override
        default int inputWidth() {
            return 3;
        }

        @Override
        default long weightCount() {
            return 1;
        }
    }
}
