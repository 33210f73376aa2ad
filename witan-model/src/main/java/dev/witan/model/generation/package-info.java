// SPDX-License-Identifier: Apache-2.0
/// Texts from a model, token by token.
@NullMarked
package dev.witan.model.generation;

import org.jspecify.annotations.NullMarked;
