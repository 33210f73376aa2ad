// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.engine.safetensors.DType;
import dev.witan.engine.safetensors.SafetensorsFile;
import dev.witan.engine.safetensors.SafetensorsWriter;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class TensorFilesTest {
    @BeforeAll
    static void start() {
        Engine.start();
    }

    @ParameterizedTest
    @CsvSource({
        "Double,F64",
        "Float,F32",
        "Half,F16",
        "BFloat16,BF16",
        "Long,I64",
        "Int,I32",
        "Short,I16",
        "Char,I8",
        "Byte,U8",
        "Bool,BOOL"
    })
    void tensorsKeepTheirType(ScalarType type, DType dtype, @TempDir Path dir) throws IOException {
        Path file = dir.resolve("tensors.safetensors");
        try (Scope scope = Scope.open()) {
            // A view that is not contiguous, as experts' matrices may be.
            Tensor tensor = Tensors.of(new float[] {0, 1, 1, 0, 1, 0}, 2, 3).to(type).t();
            Tensor none = Tensors.zeros(type, 0, 5);
            SafetensorsWriter.write(
                    file,
                    Map.of(),
                    List.of(TensorFiles.data("a", tensor), TensorFiles.data("none", none)));
            try (SafetensorsFile stored = SafetensorsFile.open(file)) {
                assertThat(stored.tensor("a").dtype()).isEqualTo(dtype);
                Tensor read = TensorFiles.read(stored, "a");
                assertThat(read.scalar_type().intern()).isEqualTo(type);
                assertThat(Tensors.shape(read)).containsExactly(3, 2);
                assertThat(Tensors.toFloats(read)).containsExactly(0, 0, 1, 1, 1, 0);
                assertThat(Tensors.shape(TensorFiles.read(stored, "none"))).containsExactly(0, 5);
            }
        }
    }
}
