// SPDX-License-Identifier: Apache-2.0
/// The witan command.
@NullMarked
package dev.witan.cli;

import org.jspecify.annotations.NullMarked;
