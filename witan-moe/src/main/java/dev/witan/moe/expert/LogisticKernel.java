// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.expert;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.List;

/// `E(x) = sigma(W x)`, one layer of logistic units: the expert of the 1991 mixture.
///
/// Input and output have the same width, as everywhere in this seam; a bias is a constant column of
/// `x`.
///
/// @param modelWidth D
/// @see "Jacobs, Jordan, Nowlan and Hinton 1991, Adaptive Mixtures of Local Experts"
public record LogisticKernel(int modelWidth) implements ExpertKernel {
    /// Checks the width.
    public LogisticKernel {
        Widths.check(modelWidth, 1);
    }

    @Override
    public List<Shape> shapes() {
        return List.of(new Shape("proj.weight", modelWidth, modelWidth));
    }

    @Override
    public int savedWidth() {
        return modelWidth;
    }

    @Override
    public void forward(Tensor weights, Tensor x, Tensor saved, Tensor y) {
        torch.mm_out(saved, x, matrix(weights).t());
        saved.sigmoid_();
        y.copy_(saved);
    }

    @Override
    public void backward(
            Tensor weights,
            Tensor x,
            Tensor saved,
            Tensor gradY,
            Tensor gradX,
            Tensor gradWeights) {
        Tensor gradSum = torch.sigmoid_backward(gradY, saved);
        torch.mm_out(gradX, gradSum, matrix(weights));
        Gradients.addProduct(matrix(gradWeights), gradSum.t(), x);
    }

    private Tensor matrix(Tensor flat) {
        return flat.view(modelWidth, modelWidth);
    }
}
