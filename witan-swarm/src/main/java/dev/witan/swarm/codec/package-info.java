// SPDX-License-Identifier: Apache-2.0
/// How rows of float32 travel: exact, or rounded to fewer bytes with a stated error.
///
/// Shape letters: R rows, D width of a row. Rows are row-major float32, little endian, without
/// padding, in native or heap memory.
@NullMarked
package dev.witan.swarm.codec;

import org.jspecify.annotations.NullMarked;
