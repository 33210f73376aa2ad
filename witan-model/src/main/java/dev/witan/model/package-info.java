// SPDX-License-Identifier: Apache-2.0
/// Decoder language models around the MoE layers.
@NullMarked
package dev.witan.model;

import org.jspecify.annotations.NullMarked;
