// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Rotary position embedding in the half-split form: the two halves of a head are the coordinates
/// of `headWidth/2` planes, each turned by `position * theta^(-2i/headWidth)`.
///
/// The gradient is the turn by the opposite angle.
///
/// @see "Su et al. 2021, RoFormer: Enhanced Transformer with Rotary Position Embedding"
final class RotaryEmbedding {
    private final Tensor cosine;
    private final Tensor sine;

    /// Tables for positions `0 .. context-1`.
    RotaryEmbedding(int context, int headWidth, double theta) {
        int half = headWidth / 2;
        float[] cos = new float[context * half];
        float[] sin = new float[context * half];
        for (int p = 0; p < context; p++) {
            for (int i = 0; i < half; i++) {
                double angle = p * Math.pow(theta, -2.0 * i / headWidth);
                cos[p * half + i] = (float) Math.cos(angle);
                sin[p * half + i] = (float) Math.sin(angle);
            }
        }
        this.cosine = Scope.release(Tensors.of(cos, context, 1, half));
        this.sine = Scope.release(Tensors.of(sin, context, 1, half));
    }

    /// Turns `x [B,S,heads,headWidth]` whose first position is `position`.
    Tensor forward(Tensor x, int position) {
        Tensor turned = Tensors.empty(x.scalar_type(), Tensors.shape(x));
        turn(x.detach(), turned, position, false);
        return turned;
    }

    /// Writes `x` turned into `target` of the same shape, `back` by the opposite angle, which is
    /// also the gradient. Views of any strides; the two must not share memory.
    void turn(Tensor x, Tensor target, int position, boolean back) {
        try (Scope scope = Scope.open()) {
            long half = cosine.size(2);
            Tensor cos = cosine.narrow(0, position, x.size(1));
            Tensor sin = sine.narrow(0, position, x.size(1));
            Tensor first = x.narrow(3, 0, half);
            Tensor second = x.narrow(3, half, half);
            Tensor outFirst = target.narrow(3, 0, half);
            Tensor outSecond = target.narrow(3, half, half);
            torch.mul_out(outFirst, first, cos);
            torch.mul_out(outSecond, second, cos);
            outFirst.addcmul_(second, sin, new Scalar(back ? 1.0 : -1.0));
            outSecond.addcmul_(first, sin, new Scalar(back ? -1.0 : 1.0));
        }
    }
}
