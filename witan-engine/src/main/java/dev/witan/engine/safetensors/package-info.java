// SPDX-License-Identifier: Apache-2.0
/// Reading and writing of safetensors files, the tensor container of Hugging Face checkpoints.
///
/// A file is three parts, without a gap:
///
/// | bytes | content |
/// |---|---|
/// | 8 | length N of the header, unsigned, little-endian |
/// | N | UTF-8 JSON object, first byte `{`: tensor name → `{"dtype", "shape", "data_offsets": [begin, end]}`; optional `__metadata__` → object of strings |
/// | rest | tensor data, little-endian, row-major; offsets count from the first byte of this part |
///
/// Files come from strangers: {@link dev.witan.engine.safetensors.SafetensorsFile} proves every
/// bound of {@link dev.witan.engine.safetensors.SafetensorsLimits} before it allocates or maps
/// anything, and refuses what the format leaves open (holes, unknown fields, duplicate keys).
/// {@link dev.witan.engine.safetensors.SafetensorsWriter} writes the same bytes as the reference
/// library for the same content, and replaces files atomically. No class here needs libtorch.
///
/// Source: <https://github.com/huggingface/safetensors#format>.
@NullMarked
package dev.witan.engine.safetensors;

import org.jspecify.annotations.NullMarked;
