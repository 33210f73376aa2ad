// SPDX-License-Identifier: Apache-2.0
/// Experts that compute in this process: kernels with explicit gradients, and their parameters.
@NullMarked
package dev.witan.moe.expert;

import org.jspecify.annotations.NullMarked;
