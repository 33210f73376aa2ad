// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import java.util.List;

/// Every rule of [BoundsCheck] as the format and [SafetensorsLimits] state it.
class StrictBounds implements BoundsCheck {
    /// Bytes of the length field before the header.
    static final int PREFIX_SIZE = Long.BYTES;

    @Override
    public void headerLength(long length, long fileSize) throws HeaderFault {
        if (length < 0 || length > SafetensorsLimits.HEADER_LENGTH_MAX) {
            throw new HeaderFault(
                    "header length is %s bytes, the limit is %d"
                            .formatted(
                                    Long.toUnsignedString(length),
                                    SafetensorsLimits.HEADER_LENGTH_MAX));
        }
        if (length > fileSize - PREFIX_SIZE) {
            throw new HeaderFault(
                    "header length is %d bytes, but only %d follow"
                            .formatted(length, fileSize - PREFIX_SIZE));
        }
    }

    @Override
    public void tensorCount(int count) throws HeaderFault {
        if (count >= SafetensorsLimits.TENSORS_MAX) {
            throw new HeaderFault("more than " + SafetensorsLimits.TENSORS_MAX + " tensors");
        }
    }

    @Override
    public void rank(int rank) throws HeaderFault {
        if (rank >= SafetensorsLimits.RANK_MAX) {
            throw new HeaderFault("shape has more than " + SafetensorsLimits.RANK_MAX + " axes");
        }
    }

    @Override
    public long byteSize(DType dtype, List<Long> shape) throws HeaderFault {
        // A zero axis does not excuse the others: whoever computes strides would overflow.
        long nonZeroProduct = 1;
        boolean empty = false;
        for (long extent : shape) {
            empty |= extent == 0;
            long factor = Math.max(extent, 1);
            if (nonZeroProduct > Long.MAX_VALUE / dtype.bitSize() / factor) {
                throw new HeaderFault("shape " + shape + " of " + dtype + " overflows 63 bits");
            }
            nonZeroProduct *= factor;
        }
        long bits = empty ? 0 : nonZeroProduct * dtype.bitSize();
        if (bits % Byte.SIZE != 0) {
            throw new HeaderFault(
                    "shape " + shape + " of packed " + dtype + " does not fill whole bytes");
        }
        return bits / Byte.SIZE;
    }

    @Override
    public void range(long begin, long end, long dataSize) throws HeaderFault {
        if (begin > end) {
            throw new HeaderFault("data_offsets [%d, %d] run backwards".formatted(begin, end));
        }
        if (end > dataSize) {
            throw new HeaderFault(
                    "data_offsets [%d, %d] exceed the %d bytes of data in the file"
                            .formatted(begin, end, dataSize));
        }
    }

    @Override
    public void agreement(long rangeSize, long byteSize) throws HeaderFault {
        if (rangeSize != byteSize) {
            throw new HeaderFault(
                    "data_offsets span %d bytes, dtype and shape need %d"
                            .formatted(rangeSize, byteSize));
        }
    }

    @Override
    public void coverage(List<TensorInfo> tensors, long dataStart, long fileSize)
            throws HeaderFault {
        long position = dataStart;
        for (TensorInfo tensor : tensors) {
            if (tensor.offset() != position) {
                String problem = tensor.offset() < position ? "overlaps" : "leaves a hole after";
                throw new HeaderFault(problem + " the tensor before it").of(tensor.name());
            }
            position = tensor.offset() + tensor.byteSize();
        }
        if (position != fileSize) {
            throw new HeaderFault(
                    "%d bytes after the last tensor belong to none".formatted(fileSize - position));
        }
    }
}
