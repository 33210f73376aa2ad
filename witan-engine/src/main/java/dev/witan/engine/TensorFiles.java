// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import dev.witan.engine.safetensors.DType;
import dev.witan.engine.safetensors.SafetensorsException;
import dev.witan.engine.safetensors.SafetensorsFile;
import dev.witan.engine.safetensors.TensorData;
import dev.witan.engine.safetensors.TensorInfo;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Tensors to and from safetensors files.
public final class TensorFiles {
    private TensorFiles() {}

    /// The tensor `name` of a file, in its own type.
    public static Tensor read(SafetensorsFile file, String name) throws IOException {
        TensorInfo info = file.tensor(name);
        long[] shape = info.shape().stream().mapToLong(Long::longValue).toArray();
        Tensor tensor = Tensors.empty(scalarType(info.dtype()), shape);
        file.copyTo(name, Tensors.memory(tensor));
        return tensor;
    }

    /// Copies tensor `name` of a file into `destination`, whose shape it must have.
    ///
    /// **Errors** [SafetensorsException] naming the tensor if it is missing or of another shape.
    public static void readInto(SafetensorsFile file, String name, Tensor destination)
            throws IOException {
        try (Scope scope = Scope.open()) {
            TensorInfo info = file.tensor(name);
            long[] wanted = Tensors.shape(destination);
            long[] found = info.shape().stream().mapToLong(Long::longValue).toArray();
            if (!Arrays.equals(wanted, found)) {
                throw new SafetensorsException(
                        file.path(),
                        "tensor "
                                + name
                                + " has shape "
                                + Arrays.toString(found)
                                + ", the model needs "
                                + Arrays.toString(wanted));
            }
            destination.detach().copy_(read(file, name));
        }
    }

    /// A tensor to be written under `name`; its elements are read when the file is written.
    public static TensorData data(String name, Tensor tensor) {
        List<Long> shape = Arrays.stream(Tensors.shape(tensor)).boxed().toList();
        return new TensorData(
                name,
                dtype(tensor.scalar_type().intern()),
                shape,
                sink -> {
                    try (Scope scope = Scope.open()) {
                        Tensor host =
                                tensor.detach()
                                        .to(
                                                new org.bytedeco.pytorch.Device(
                                                        torch.DeviceType.CPU),
                                                tensor.scalar_type())
                                        .contiguous();
                        sink.write(Tensors.memory(host));
                    }
                });
    }

    private static ScalarType scalarType(DType dtype) throws IOException {
        return switch (dtype) {
            case F64 -> ScalarType.Double;
            case F32 -> ScalarType.Float;
            case F16 -> ScalarType.Half;
            case BF16 -> ScalarType.BFloat16;
            case I64 -> ScalarType.Long;
            case I32 -> ScalarType.Int;
            case I16 -> ScalarType.Short;
            case I8 -> ScalarType.Char;
            case U8 -> ScalarType.Byte;
            case BOOL -> ScalarType.Bool;
            default -> throw new IOException("tensors of type " + dtype + " cannot be loaded");
        };
    }

    private static DType dtype(ScalarType type) {
        return switch (type) {
            case Double -> DType.F64;
            case Float -> DType.F32;
            case Half -> DType.F16;
            case BFloat16 -> DType.BF16;
            case Long -> DType.I64;
            case Int -> DType.I32;
            case Short -> DType.I16;
            case Char -> DType.I8;
            case Byte -> DType.U8;
            case Bool -> DType.BOOL;
            default ->
                    throw new IllegalArgumentException(
                            "tensors of type " + type + " cannot be saved");
        };
    }
}
