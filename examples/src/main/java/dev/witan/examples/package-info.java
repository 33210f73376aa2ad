// SPDX-License-Identifier: Apache-2.0
/// A ladder of small programs.
@NullMarked
package dev.witan.examples;

import org.jspecify.annotations.NullMarked;
