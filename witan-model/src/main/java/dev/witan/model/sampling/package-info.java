// SPDX-License-Identifier: Apache-2.0
/// From logits to the next token: temperature, top-k, top-p, min-p and a seeded draw.
@NullMarked
package dev.witan.model.sampling;

import org.jspecify.annotations.NullMarked;
