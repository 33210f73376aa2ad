// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.expert;

/// The sizes an expert may have.
final class Widths {
    private Widths() {}

    static void check(int modelWidth, int expertWidth) {
        if (modelWidth < 1) {
            throw new IllegalArgumentException("modelWidth must be >= 1, was " + modelWidth);
        }
        if (expertWidth < 1) {
            throw new IllegalArgumentException("expertWidth must be >= 1, was " + expertWidth);
        }
    }
}
