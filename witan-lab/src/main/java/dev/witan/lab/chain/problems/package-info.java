// SPDX-License-Identifier: Apache-2.0
/// Arithmetic word problems with worked answers, generated without end from templates and a seed.
///
/// They have the form of GSM8K (Cobbe et al. 2021): a question, steps whose calculations are
/// repeated between double angle brackets, and the answer after `####`.
@NullMarked
package dev.witan.lab.chain.problems;

import org.jspecify.annotations.NullMarked;
