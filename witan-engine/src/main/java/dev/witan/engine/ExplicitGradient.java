// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorTensorHook;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// A function with a hand-written backward pass, placed into libtorch's autograd graph.
///
/// libtorch's Java binding has no custom autograd functions, but tensors take hooks. For each input
/// that needs a gradient the output gets one added term: the sum of a view of the input with -0
/// written over it. That term is exactly -0, and `v + (-0) = v` to the last bit for every `v`
/// including infinities and NaN, so the value of the output is the function's own; yet autograd
/// must visit the view before it reaches the input. On the way back the hook of the output computes
/// all input gradients at once, and the hook of each view replaces the zeros that arrive there with
/// the input's gradient. The cost is one in-place scalar addition forward and one sum backward.
///
/// If no input needs a gradient the output hangs on a fresh leaf instead, so the backward pass
/// still runs: experts behind a frozen trunk learn.
///
/// **Threads** confined to the thread that calls, which must also call backward. **Errors** a
/// second backward pass through one output is an [IllegalStateException]; an exception of the
/// backward function reaches the caller of [#backward] as itself.
public final class ExplicitGradient implements AutoCloseable {
    private final List<Node> nodes = new ArrayList<>();
    private @Nullable RuntimeException failure;

    /// The hand-written backward pass: the gradient of the output to those of the inputs.
    @FunctionalInterface
    public interface Backward {
        /// Gradients in the order of the inputs; trailing inputs may be left out and get none.
        List<Tensor> apply(Tensor gradOutput);
    }

    /// A tape for one forward and backward pass. Keep it until the backward pass is done.
    public ExplicitGradient() {}

    /// Joins `value` to the graph as a function of `inputs`.
    ///
    /// @param value the function's value, computed without recording gradients and owned by nobody
    ///   else: it is changed in place into a tensor of the graph
    /// @param inputs tensors of the graph or constants
    /// @param saved tensors that `backward` reads: they outlive the scope they were made in, until
    ///   the backward pass has run or this tape is closed
    /// @return `value`, now with a gradient function
    public Tensor join(Tensor value, List<Tensor> inputs, List<Tensor> saved, Backward backward) {
        if (!GradMode.is_enabled()) {
            return value;
        }
        var node = new Node(backward, inputs.size(), saved);
        nodes.add(node);
        try (Scope scope = Scope.open()) {
            Tensor link = null;
            for (int i = 0; i < inputs.size(); i++) {
                if (inputs.get(i).requires_grad()) {
                    Tensor term = node.link(i, inputs.get(i));
                    link = link == null ? term : link.add(term);
                }
            }
            value.add_(link == null ? freshLeaf(value) : link);
        }
        value.register_hook(node.outputHook());
        return value;
    }

    /// Runs the backward pass from `loss` and rethrows a backward function's exception as itself.
    public void backward(Tensor loss) {
        try {
            loss.backward();
        } catch (RuntimeException e) {
            throw failure != null ? failure : e;
        }
        if (failure != null) {
            throw failure;
        }
    }

    /// Frees what functions saved for a backward pass that did not come.
    @Override
    public void close() {
        nodes.forEach(Node::free);
        nodes.clear();
    }

    private static Tensor freshLeaf(Tensor value) {
        Tensor leaf = Tensors.zeros(value.scalar_type(), 0);
        leaf.requires_grad_(true);
        return minusZero(leaf);
    }

    /// The sum is replaced whatever it is. On the way back it hands out zeros without memory, which
    /// an empty slice, the other way to depend on nothing, does not.
    private static Tensor minusZero(Tensor tensor) {
        Tensor all = torch.ones(new long[0], new TensorOptions(torch.ScalarType.Bool));
        return tensor.sum().masked_fill(all, new Scalar(-0.0));
    }

    /// One joined function: its hooks, and the input gradients between the hook of the output and
    /// those of the views.
    private final class Node {
        private final Backward backward;
        private final List<TensorTensorHook> hooks = new ArrayList<>();
        private final @Nullable Tensor[] gradients;
        private final List<Tensor> saved;
        private boolean done;
        private boolean freed;

        Node(Backward backward, int inputs, List<Tensor> saved) {
            this.backward = backward;
            this.gradients = new Tensor[inputs];
            this.saved = List.copyOf(saved);
            this.saved.forEach(Tensor::retainReference);
        }

        void free() {
            if (!freed) {
                freed = true;
                saved.forEach(Tensor::releaseReference);
            }
        }

        Tensor link(int index, Tensor input) {
            Tensor view = input.view_as(input);
            view.register_hook(hook(zeros -> gradient(index, zeros)));
            return minusZero(view);
        }

        TensorTensorHook outputHook() {
            return hook(this::run);
        }

        private Tensor run(Tensor gradOutput) {
            if (done) {
                throw new IllegalStateException(
                        "second backward pass through one forward pass: run forward again");
            }
            done = true;
            List<Tensor> computed = backward.apply(gradOutput);
            for (int i = 0; i < computed.size(); i++) {
                gradients[i] = computed.get(i);
            }
            free();
            return gradOutput;
        }

        private Tensor gradient(int index, Tensor zeros) {
            Tensor gradient = gradients[index];
            gradients[index] = null;
            return gradient == null ? zeros : gradient;
        }

        /// Native code holds a hook only weakly, so the node keeps it, outside every scope.
        private TensorTensorHook hook(UnaryOperator<Tensor> body) {
            var hook =
                    new TensorTensorHook() {
                        @Override
                        public TensorBase call(TensorBase gradient) {
                            try {
                                return body.apply(new Tensor(gradient));
                            } catch (RuntimeException e) {
                                failure = failure == null ? e : failure;
                                throw e;
                            }
                        }
                    };
            hooks.add(Scope.release(hook));
            return hook;
        }
    }
}
