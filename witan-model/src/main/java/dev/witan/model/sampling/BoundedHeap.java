// SPDX-License-Identifier: Apache-2.0
package dev.witan.model.sampling;

import java.util.Arrays;

/// The k smallest of the longs offered, as a binary max-heap.
final class BoundedHeap {
    private final long[] heap;
    private int size;

    BoundedHeap(int capacity) {
        heap = new long[capacity];
    }

    void offer(long value) {
        if (size < heap.length) {
            int i = size++;
            while (i > 0 && heap[(i - 1) / 2] < value) {
                heap[i] = heap[(i - 1) / 2];
                i = (i - 1) / 2;
            }
            heap[i] = value;
        } else if (value < heap[0]) {
            sink(value);
        }
    }

    private void sink(long value) {
        int i = 0;
        while (2 * i + 1 < size) {
            int child = 2 * i + 1;
            if (child + 1 < size && heap[child + 1] > heap[child]) {
                child++;
            }
            if (heap[child] <= value) {
                break;
            }
            heap[i] = heap[child];
            i = child;
        }
        heap[i] = value;
    }

    long[] sorted() {
        long[] values = Arrays.copyOf(heap, size);
        Arrays.sort(values);
        return values;
    }
}
