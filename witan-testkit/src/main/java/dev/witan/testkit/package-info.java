// SPDX-License-Identifier: Apache-2.0
/// Float64 reference mathematics, written next to the papers, and readers of golden files.
@NullMarked
package dev.witan.testkit;

import org.jspecify.annotations.NullMarked;
