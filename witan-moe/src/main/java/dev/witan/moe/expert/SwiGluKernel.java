// SPDX-License-Identifier: Apache-2.0
package dev.witan.moe.expert;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.List;

/// `E(x) = down( silu(gate x) * (up x) )`, the expert of Mixtral, OLMoE, Qwen and DeepSeek.
///
/// Gate and up projection lie next to each other, so one product computes both.
///
/// @param modelWidth D
/// @param expertWidth F
/// @see "Shazeer 2020, GLU Variants Improve Transformer, section 2"
public record SwiGluKernel(int modelWidth, int expertWidth) implements ExpertKernel {
    /// Checks the widths.
    public SwiGluKernel {
        Widths.check(modelWidth, expertWidth);
    }

    @Override
    public List<Shape> shapes() {
        return List.of(
                new Shape("gate_proj.weight", expertWidth, modelWidth),
                new Shape("up_proj.weight", expertWidth, modelWidth),
                new Shape("down_proj.weight", modelWidth, expertWidth));
    }

    @Override
    public int savedWidth() {
        return 2 * expertWidth;
    }

    @Override
    public void forward(Tensor weights, Tensor x, Tensor saved, Tensor y) {
        torch.mm_out(saved, x, gateUp(weights).t());
        Tensor hidden = torch.silu(saved.narrow(1, 0, expertWidth));
        hidden.mul_(saved.narrow(1, expertWidth, expertWidth));
        torch.mm_out(y, hidden, down(weights).t());
    }

    @Override
    public void backward(
            Tensor weights,
            Tensor x,
            Tensor saved,
            Tensor gradY,
            Tensor gradX,
            Tensor gradWeights) {
        Tensor gate = saved.narrow(1, 0, expertWidth);
        Tensor up = saved.narrow(1, expertWidth, expertWidth);
        Tensor silu = torch.silu(gate);
        Tensor gradHidden = torch.mm(gradY, down(weights));
        Gradients.addProduct(down(gradWeights), gradY, silu.mul(up));
        Tensor gradGateUp = torch.empty_like(saved);
        torch.mul_out(gradGateUp.narrow(1, expertWidth, expertWidth), gradHidden, silu);
        gradHidden.mul_(up);
        torch.silu_backward_out(gradGateUp.narrow(1, 0, expertWidth), gradHidden, gate);
        torch.mm_out(gradX, gradGateUp, gateUp(weights));
        Gradients.addProduct(gateUp(gradWeights), gradGateUp, x);
    }

    private Tensor gateUp(Tensor flat) {
        long size = 2L * expertWidth * modelWidth;
        return flat.narrow(0, 0, size).view(2L * expertWidth, modelWidth);
    }

    private Tensor down(Tensor flat) {
        long size = (long) expertWidth * modelWidth;
        return flat.narrow(0, 2 * size, size).view(modelWidth, expertWidth);
    }
}
