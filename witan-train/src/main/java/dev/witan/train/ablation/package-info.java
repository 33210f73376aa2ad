// SPDX-License-Identifier: Apache-2.0
/// Trained models with one part disabled, to measure what the part is worth.
@NullMarked
package dev.witan.train.ablation;

import org.jspecify.annotations.NullMarked;
