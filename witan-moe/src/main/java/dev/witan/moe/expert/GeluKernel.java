// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.expert;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.List;

/// `E(x) = down gelu(up x)` with the exact error function, the expert of GShard and Switch.
///
/// @param modelWidth D
/// @param expertWidth F
/// @see "Hendrycks and Gimpel 2016, Gaussian Error Linear Units"
public record GeluKernel(int modelWidth, int expertWidth) implements ExpertKernel {
    /// Checks the widths.
    public GeluKernel {
        Widths.check(modelWidth, expertWidth);
    }

    @Override
    public List<Shape> shapes() {
        return List.of(
                new Shape("up_proj.weight", expertWidth, modelWidth),
                new Shape("down_proj.weight", modelWidth, expertWidth));
    }

    @Override
    public int savedWidth() {
        return expertWidth;
    }

    @Override
    public void forward(Tensor weights, Tensor x, Tensor saved, Tensor y) {
        torch.mm_out(saved, x, up(weights).t());
        torch.mm_out(y, torch.gelu(saved), down(weights).t());
    }

    @Override
    public void backward(
            Tensor weights,
            Tensor x,
            Tensor saved,
            Tensor gradY,
            Tensor gradX,
            Tensor gradWeights) {
        Tensor gradHidden = torch.mm(gradY, down(weights));
        Gradients.addProduct(down(gradWeights), gradY.t(), torch.gelu(saved));
        Tensor gradUp = torch.gelu_backward(gradHidden, saved);
        torch.mm_out(gradX, gradUp, up(weights));
        Gradients.addProduct(up(gradWeights), gradUp.t(), x);
    }

    private Tensor up(Tensor flat) {
        long size = (long) expertWidth * modelWidth;
        return flat.narrow(0, 0, size).view(expertWidth, modelWidth);
    }

    private Tensor down(Tensor flat) {
        long size = (long) expertWidth * modelWidth;
        return flat.narrow(0, size, size).view(modelWidth, expertWidth);
    }
}
