// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

/// Cuts rows of `S + 1` tokens into inputs and targets, both `[B*S]`.
final class TokenRows {
    private TokenRows() {}

    static int[] inputs(int[] tokens, int rows) {
        return cut(tokens, rows, 0);
    }

    static int[] targets(int[] tokens, int rows) {
        return cut(tokens, rows, 1);
    }

    private static int[] cut(int[] tokens, int rows, int from) {
        int width = tokens.length / rows;
        int[] cut = new int[rows * (width - 1)];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(tokens, row * width + from, cut, row * (width - 1), width - 1);
        }
        return cut;
    }
}
