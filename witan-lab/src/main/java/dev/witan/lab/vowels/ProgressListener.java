// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

/// Told how far an experiment has come.
@FunctionalInterface
public interface ProgressListener {

    /// Called on the thread that runs the experiment, after each training run.
    void progressed(int done, int total);
}
