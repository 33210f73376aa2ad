// SPDX-License-Identifier: Apache-2.0
/// The mathematics of mixtures of experts.
@NullMarked
package dev.witan.moe;

import org.jspecify.annotations.NullMarked;
