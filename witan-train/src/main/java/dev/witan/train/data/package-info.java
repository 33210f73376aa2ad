// SPDX-License-Identifier: Apache-2.0
/// Text files as domains of tokens, training batches in a seeded order that can be resumed, and
/// windows that evaluate a whole file.
///
/// Shapes: B rows of a batch, S sequence length. A row holds S + 1 tokens: the inputs are its first
/// S, the targets its last S.
@NullMarked
package dev.witan.train.data;

import org.jspecify.annotations.NullMarked;
