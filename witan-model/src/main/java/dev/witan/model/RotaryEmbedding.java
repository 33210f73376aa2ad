// SPDX-License-Identifier: Apache-2.0
package dev.witan.model;

import dev.witan.engine.ExplicitGradient;
import dev.witan.engine.Scope;
import dev.witan.engine.Tensors;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.List;

/// Rotary position embedding in the half-split form: the two halves of a head are the coordinates
/// of `headWidth/2` planes, each turned by `position * theta^(-2i/headWidth)`.
///
/// The backward pass is the turn by the opposite angle, written by hand: autograd would keep and
/// visit seven intermediate tensors.
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
    Tensor forward(Tensor x, int position, ExplicitGradient tape) {
        try (Scope scope = Scope.open()) {
            var noGradient = new NoGradGuard();
            Tensor turned;
            try {
                turned = turn(x.detach(), position, false);
            } finally {
                noGradient.close();
            }
            return scope.keep(
                    tape.join(
                            turned,
                            List.of(x),
                            List.of(),
                            gradient -> List.of(turn(gradient, position, true))));
        }
    }

    private Tensor turn(Tensor x, int position, boolean back) {
        try (Scope scope = Scope.open()) {
            long half = cosine.size(2);
            Tensor cos = cosine.narrow(0, position, x.size(1));
            Tensor sin = sine.narrow(0, position, x.size(1));
            Tensor first = x.narrow(3, 0, half);
            Tensor second = x.narrow(3, half, half);
            Tensor turned = Tensors.empty(x.scalar_type(), Tensors.shape(x));
            Tensor outFirst = turned.narrow(3, 0, half);
            Tensor outSecond = turned.narrow(3, half, half);
            torch.mul_out(outFirst, first, cos);
            torch.mul_out(outSecond, second, cos);
            var sign = new org.bytedeco.pytorch.Scalar(back ? 1.0 : -1.0);
            var opposite = new org.bytedeco.pytorch.Scalar(back ? -1.0 : 1.0);
            outFirst.addcmul_(second, sin, sign);
            outSecond.addcmul_(first, sin, opposite);
            return scope.keep(turned);
        }
    }
}
