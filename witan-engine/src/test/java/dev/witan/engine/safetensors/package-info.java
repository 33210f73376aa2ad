// SPDX-License-Identifier: Apache-2.0
/// Tests of the safetensors reader and writer.
@NullMarked
package dev.witan.engine.safetensors;

import org.jspecify.annotations.NullMarked;
