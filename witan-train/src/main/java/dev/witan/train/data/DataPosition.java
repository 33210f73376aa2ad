// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

/// How far training has come in its data: the next window to draw.
///
/// @param epoch full passes already made
/// @param index windows already drawn in this epoch
public record DataPosition(long epoch, long index) {
    public static final DataPosition START = new DataPosition(0, 0);

    public DataPosition {
        if (epoch < 0 || index < 0) {
            throw new IllegalArgumentException(
                    "epoch and index must be at least 0, were " + epoch + " and " + index);
        }
    }
}
