// SPDX-License-Identifier: Apache-2.0
/// Mixtures of experts in float64 and plain loops, each formula beside the paper it comes from.
///
/// Nothing here is fast, and nothing here is shared with the product: two independent ways to the
/// same number are what makes a comparison mean something.
///
/// Letters in shapes: T tokens, D model width, F expert hidden width, E experts, K top-k, B
/// sequences, S tokens per sequence, V vocabulary. A matrix `[R, C]` is a `double[R][C]`; weights
/// are `[out, in]`, as checkpoints store them.
///
/// Conventions: ties go to the lower index, NaN sorts first, sums run in ascending index order, and
/// a mean over no tokens is 0.
@NullMarked
package dev.witan.testkit.reference;

import org.jspecify.annotations.NullMarked;
