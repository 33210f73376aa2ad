// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Tensors from Java arrays and back, with shapes checked.
///
/// New tensors belong to the thread's innermost [Scope]. Reading copies, converts to the array's
/// type and works for tensors of any device and layout.
public final class Tensors {
    private Tensors() {}

    /// A float32 tensor with a copy of `values` in row-major order.
    public static Tensor of(float[] values, long... shape) {
        checkCount(values.length, shape);
        Tensor tensor =
                torch.empty(shape, new TensorOptions(ScalarType.Float), new MemoryFormatOptional());
        if (values.length > 0) {
            tensor.data_ptr_float().put(values, 0, values.length);
        }
        return tensor;
    }

    /// A float64 tensor with a copy of `values` in row-major order.
    public static Tensor of(double[] values, long... shape) {
        checkCount(values.length, shape);
        Tensor tensor =
                torch.empty(
                        shape, new TensorOptions(ScalarType.Double), new MemoryFormatOptional());
        if (values.length > 0) {
            tensor.data_ptr_double().put(values, 0, values.length);
        }
        return tensor;
    }

    /// An int64 tensor with a copy of `values` in row-major order.
    public static Tensor of(long[] values, long... shape) {
        checkCount(values.length, shape);
        Tensor tensor =
                torch.empty(shape, new TensorOptions(ScalarType.Long), new MemoryFormatOptional());
        if (values.length > 0) {
            tensor.data_ptr_long().put(values, 0, values.length);
        }
        return tensor;
    }

    /// An int64 tensor (libtorch's index type) with a copy of `values` in row-major order.
    public static Tensor of(int[] values, long... shape) {
        return of(Arrays.stream(values).asLongStream().toArray(), shape);
    }

    /// An uninitialised tensor.
    public static Tensor empty(ScalarType type, long... shape) {
        return torch.empty(shape, new TensorOptions(type), new MemoryFormatOptional());
    }

    /// A tensor of zeros.
    public static Tensor zeros(ScalarType type, long... shape) {
        return torch.zeros(shape, new TensorOptions(type));
    }

    /// A tensor of zeros, of the same type and shape.
    public static Tensor zerosLike(Tensor tensor) {
        return zeros(tensor.scalar_type(), shape(tensor));
    }

    /// A float32 tensor of independent normal values, the same for the same seed on every run.
    public static Tensor normal(double deviation, long seed, long... shape) {
        try (Scope scope = Scope.open()) {
            Tensor tensor = empty(ScalarType.Float, shape);
            tensor.normal_(0, deviation, generator(seed));
            return scope.keep(tensor);
        }
    }

    /// A float32 tensor of independent values uniform in [low, high).
    public static Tensor uniform(double low, double high, long seed, long... shape) {
        try (Scope scope = Scope.open()) {
            Tensor tensor = empty(ScalarType.Float, shape);
            tensor.uniform_(low, high, generator(seed));
            return scope.keep(tensor);
        }
    }

    private static GeneratorOptional generator(long seed) {
        Generator generator = torch.make_generator_cpu(seed);
        return new GeneratorOptional(generator);
    }

    /// A copy of the elements in row-major order.
    public static float[] toFloats(Tensor tensor) {
        try (Scope scope = Scope.open()) {
            Tensor host = host(tensor, ScalarType.Float);
            float[] values = new float[count(host)];
            if (values.length > 0) {
                new FloatPointer(host.data_ptr_float()).get(values, 0, values.length);
            }
            return values;
        }
    }

    /// A copy of the elements in row-major order.
    public static double[] toDoubles(Tensor tensor) {
        try (Scope scope = Scope.open()) {
            Tensor host = host(tensor, ScalarType.Double);
            double[] values = new double[count(host)];
            if (values.length > 0) {
                new DoublePointer(host.data_ptr_double()).get(values, 0, values.length);
            }
            return values;
        }
    }

    /// A copy of the elements in row-major order.
    public static long[] toLongs(Tensor tensor) {
        try (Scope scope = Scope.open()) {
            Tensor host = host(tensor, ScalarType.Long);
            long[] values = new long[count(host)];
            if (values.length > 0) {
                new LongPointer(host.data_ptr_long()).get(values, 0, values.length);
            }
            return values;
        }
    }

    /// The only element of a tensor.
    public static double scalar(Tensor tensor) {
        double[] values = toDoubles(tensor);
        if (values.length != 1) {
            throw new IllegalArgumentException(
                    "tensor must have one element, had " + values.length);
        }
        return values[0];
    }

    /// The memory of a tensor of this machine, valid while the tensor is.
    ///
    /// **Errors** [IllegalArgumentException] if the tensor is not contiguous or lies on a device.
    @SuppressWarnings("restricted") // Bounds come from the tensor itself.
    public static MemorySegment memory(Tensor tensor) {
        if (!tensor.is_contiguous() || !tensor.is_cpu()) {
            throw new IllegalArgumentException("tensor must be contiguous and on this machine");
        }
        // A tensor without elements has no address.
        return tensor.nbytes() == 0
                ? MemorySegment.NULL
                : MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(tensor.nbytes());
    }

    /// The sizes of a tensor.
    public static long[] shape(Tensor tensor) {
        long[] shape = new long[Math.toIntExact(tensor.dim())];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = tensor.size(i);
        }
        return shape;
    }

    private static Tensor host(Tensor tensor, ScalarType type) {
        return tensor.detach().to(new Device(torch.DeviceType.CPU), type).contiguous();
    }

    private static int count(Tensor tensor) {
        return Math.toIntExact(tensor.numel());
    }

    private static void checkCount(int count, long[] shape) {
        long product = 1;
        for (long size : shape) {
            product = Math.multiplyExact(product, size);
        }
        if (product != count) {
            throw new IllegalArgumentException(
                    "shape "
                            + Arrays.toString(shape)
                            + " needs "
                            + product
                            + " values, had "
                            + count);
        }
    }
}
