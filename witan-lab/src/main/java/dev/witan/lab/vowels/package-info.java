// SPDX-License-Identifier: Apache-2.0
/// The vowel experiment: does a mixture of local experts learn in fewer epochs than one network?
///
/// Repeats Table 1 of the 1991 paper on the 1952 measurements that it used. Where the paper leaves
/// a choice open the choice is stated in the report; the step size is chosen by one rule for every
/// system, and every step size tried is printed. The report has the same bytes on every machine and
/// for any number of threads.
///
/// Source: Jacobs, Jordan, Nowlan and Hinton 1991, "Adaptive Mixtures of Local Experts", Neural
/// Computation 3, 79-87.
@NullMarked
package dev.witan.lab.vowels;

import org.jspecify.annotations.NullMarked;
