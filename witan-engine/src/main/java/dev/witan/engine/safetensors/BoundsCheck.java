// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import java.util.List;

/// The arithmetic that keeps a hostile header inside its file.
///
/// An interface only so that tests can replace one rule by a faulty one and see that the suite
/// finds it; production code uses [#STRICT].
interface BoundsCheck {
    /// All the rules.
    BoundsCheck STRICT = new StrictBounds();

    /// The declared length of the header fits the file and the limit; `length` is unsigned.
    void headerLength(long length, long fileSize) throws HeaderFault;

    /// One more tensor is allowed when there are `count`.
    void tensorCount(int count) throws HeaderFault;

    /// One more axis is allowed when there are `rank`.
    void rank(int rank) throws HeaderFault;

    /// Bytes of a tensor, proven not to overflow.
    long byteSize(DType dtype, List<Long> shape) throws HeaderFault;

    /// `[begin, end)` lies in the `dataSize` bytes after the header.
    void range(long begin, long end, long dataSize) throws HeaderFault;

    /// The range is as long as dtype and shape say.
    void agreement(long rangeSize, long byteSize) throws HeaderFault;

    /// Tensors, sorted by offset, fill the file from `dataStart` to its end exactly once.
    void coverage(List<TensorInfo> tensors, long dataStart, long fileSize) throws HeaderFault;
}
