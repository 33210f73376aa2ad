// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

/// One spoken vowel with its first two formants.
///
/// @param speaker 1 to 76
/// @param vowel the data set's two-letter code
/// @param firstFormant in Hz
/// @param secondFormant in Hz
record VowelToken(int speaker, String vowel, double firstFormant, double secondFormant) {}
