// SPDX-License-Identifier: Apache-2.0
/// Layers: top-k mixture, chain of experts, shared experts, dense feed-forward.
@NullMarked
package dev.witan.moe.layer;

import org.jspecify.annotations.NullMarked;
