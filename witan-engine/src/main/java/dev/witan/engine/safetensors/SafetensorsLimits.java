// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

/// Bounds that every safetensors file read or written here keeps.
///
/// They are far above what published checkpoints use (a shard of a model with 61 layers of 256
/// experts has a header of about 100 KiB) and far below what could exhaust a process.
public final class SafetensorsLimits {
    /// Longest header in bytes, padding included: 32 MiB.
    public static final int HEADER_LENGTH_MAX = 32 << 20;

    /// Most tensors in one file.
    public static final int TENSORS_MAX = 65_536;

    /// Most axes of a tensor.
    public static final int RANK_MAX = 8;

    /// Longest tensor name in UTF-16 units.
    public static final int NAME_LENGTH_MAX = 4_096;

    /// Most entries of the metadata.
    public static final int METADATA_ENTRIES_MAX = 65_536;

    /// Deepest nesting of the header: object, tensor, array.
    public static final int JSON_DEPTH_MAX = 3;

    /// Most digits of a number in the header; 2⁶³ has 19.
    public static final int NUMBER_LENGTH_MAX = 19;

    private SafetensorsLimits() {}
}
