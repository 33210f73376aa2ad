// SPDX-License-Identifier: Apache-2.0
/// Training: data, optimiser, the loop, checkpoints, metrics.
@NullMarked
package dev.witan.train;

import org.jspecify.annotations.NullMarked;
