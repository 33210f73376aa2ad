// SPDX-License-Identifier: Apache-2.0
/// Rows that travel, as libtorch's tensors and back.
@NullMarked
package dev.witan.swarm.tensor;

import org.jspecify.annotations.NullMarked;
