// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.witan.engine.safetensors.MalformedFiles.Malformed;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/// Faulty variants of the bounds: the corpus of malformed files must find each of them.
@Tag("mutants")
class FaultyBoundsTest {
    @TempDir Path folder;

    static Map<String, BoundsCheck> variants() {
        var variants = new TreeMap<String, BoundsCheck>();
        variants.put(
                "header length compared as signed",
                new StrictBounds() {
                    @Override
                    public void headerLength(long length, long fileSize) throws HeaderFault {
                        super.headerLength(Math.max(length, 0), fileSize);
                    }
                });
        variants.put(
                "header length not held against the file",
                new StrictBounds() {
                    @Override
                    public void headerLength(long length, long fileSize) throws HeaderFault {
                        super.headerLength(length, Long.MAX_VALUE);
                    }
                });
        variants.put(
                "one tensor too many allowed",
                new StrictBounds() {
                    @Override
                    public void tensorCount(int count) throws HeaderFault {
                        super.tensorCount(count - 1);
                    }
                });
        variants.put(
                "rank 9 allowed",
                new StrictBounds() {
                    @Override
                    public void rank(int rank) throws HeaderFault {
                        super.rank(rank - 1);
                    }
                });
        variants.put(
                "product of the shape wraps",
                new StrictBounds() {
                    @Override
                    public long byteSize(DType dtype, List<Long> shape) {
                        long product = shape.stream().reduce(1L, (a, b) -> a * b);
                        return product * dtype.bitSize() / Byte.SIZE;
                    }
                });
        variants.put(
                "packed sizes rounded down",
                new StrictBounds() {
                    @Override
                    public long byteSize(DType dtype, List<Long> shape) throws HeaderFault {
                        return dtype.isPacked()
                                ? super.byteSize(DType.U8, shape) * dtype.bitSize() / Byte.SIZE
                                : super.byteSize(dtype, shape);
                    }
                });
        variants.put(
                "ranges unchecked",
                new StrictBounds() {
                    @Override
                    public void range(long begin, long end, long dataSize) {}
                });
        variants.put(
                "range may be one byte too long",
                new StrictBounds() {
                    @Override
                    public void range(long begin, long end, long dataSize) throws HeaderFault {
                        super.range(begin, end, dataSize + 1);
                    }
                });
        variants.put(
                "range and shape not compared",
                new StrictBounds() {
                    @Override
                    public void agreement(long rangeSize, long byteSize) {}
                });
        variants.put(
                "coverage unchecked",
                new StrictBounds() {
                    @Override
                    public void coverage(List<TensorInfo> tensors, long dataStart, long fileSize) {}
                });
        variants.put(
                "end of the data unchecked",
                new StrictBounds() {
                    @Override
                    public void coverage(List<TensorInfo> tensors, long dataStart, long fileSize)
                            throws HeaderFault {
                        long end =
                                tensors.stream()
                                        .mapToLong(t -> t.offset() + t.byteSize())
                                        .max()
                                        .orElse(dataStart);
                        super.coverage(tensors, dataStart, end);
                    }
                });
        return variants;
    }

    static Set<String> names() {
        return variants().keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void corpusFindsTheFault(String name) throws IOException {
        BoundsCheck faulty = Objects.requireNonNull(variants().get(name));
        assertThat(notRefusedAsStated(faulty)).as(name).isPositive();
        System.out.println("killed: safetensors bounds, " + name);
    }

    @Test
    void corpusFindsNothingInTheTrueBounds() throws IOException {
        assertThat(notRefusedAsStated(BoundsCheck.STRICT)).isZero();
    }

    private int notRefusedAsStated(BoundsCheck bounds) throws IOException {
        int found = 0;
        for (Malformed malformed : MalformedFiles.all()) {
            Path file = malformed.writeTo(folder.resolve("bad.safetensors"));
            Throwable thrown =
                    catchThrowable(() -> {
                        try (var opened = SafetensorsFile.open(file, bounds)) {
                            assertThat(opened.tensors()).isNotNull();
                        }
                    });
            boolean asStated =
                    thrown instanceof SafetensorsException refusal
                            && String.valueOf(refusal.getMessage()).contains(malformed.complaint());
            found += asStated ? 0 : 1;
        }
        return found;
    }
}
