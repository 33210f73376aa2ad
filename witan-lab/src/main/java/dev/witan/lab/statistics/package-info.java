// SPDX-License-Identifier: Apache-2.0
/// What experiments say about few measurements: spreads, t distributions, paired differences, and
/// the differences that a number of runs can show at all.
@NullMarked
package dev.witan.lab.statistics;

import org.jspecify.annotations.NullMarked;
