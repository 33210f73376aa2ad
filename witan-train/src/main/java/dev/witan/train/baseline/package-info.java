// SPDX-License-Identifier: Apache-2.0
/// Simple models that a trained one has to beat.
@NullMarked
package dev.witan.train.baseline;

import org.jspecify.annotations.NullMarked;
