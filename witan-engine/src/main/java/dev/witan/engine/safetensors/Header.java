// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import java.util.Map;

/// The proven content of a file's header; both maps are unmodifiable, `tensors` in file order.
record Header(Map<String, String> metadata, Map<String, TensorInfo> tensors) {}
