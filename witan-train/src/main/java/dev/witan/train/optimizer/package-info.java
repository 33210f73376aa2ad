// SPDX-License-Identifier: Apache-2.0
/// The optimiser, clipping and learning-rate schedules.
@NullMarked
package dev.witan.train.optimizer;

import org.jspecify.annotations.NullMarked;
