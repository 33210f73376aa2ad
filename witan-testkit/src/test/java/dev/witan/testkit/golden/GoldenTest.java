// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

class GoldenTest {
    @Test
    void readsEveryDtypeItKnows() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(1.5f).putFloat(-0.25f).putShort((short) 0x3fc0).putShort((short) 0xc000);
        data.putLong(1L << 20).putShort((short) 0);
        String header =
                "{\"f\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"h\":{\"dtype\":\"BF16\",\"shape\":[2,1],\"data_offsets\":[8,12]},"
                        + "\"i\":{\"dtype\":\"I64\",\"shape\":[1,1],\"data_offsets\":[12,20]},"
                        + "\"empty\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[20,20]},"
                        + "\"__metadata__\":{\"format\":\"pt\"}}";
        GoldenTensors tensors = GoldenTensors.parse(file(header, data.array()));
        assertThat(tensors.names()).containsExactly("empty", "f", "h", "i");
        assertThat(tensors.matrix("f")).isDeepEqualTo(new double[][] {{1.5, -0.25}});
        assertThat(tensors.matrix("h")).isDeepEqualTo(new double[][] {{1.5}, {-2}});
        assertThat(tensors.integers("i")).isDeepEqualTo(new int[][] {{1 << 20}});
        assertThat(tensors.matrix("empty")).isEmpty();
        assertThat(tensors.shape("h")).containsExactly(2, 1);
        assertThatThrownBy(() -> tensors.values("i"))
                .hasMessage("i must be floating point, is I64");
        assertThatThrownBy(() -> tensors.integers("f")).hasMessage("f must be I64, is F32");
        assertThatThrownBy(() -> tensors.values("g")).hasMessage("no tensor g among 4");
    }

    @Test
    void refusesDamagedFiles() {
        assertThatThrownBy(() -> GoldenTensors.parse(new byte[3]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("file of 3 bytes");
        String header = "{\"f\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        assertThatThrownBy(() -> GoldenTensors.parse(file(header, new byte[4])))
                .hasMessage("tensor f must have 8 bytes inside the file's 4, has 0 to 8");
        String half = "{\"f\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}";
        assertThatThrownBy(() -> GoldenTensors.parse(file(half, new byte[4])))
                .hasMessage("dtype must be F32, BF16 or I64, was F16");
    }

    @Test
    void aCopyReadsLikeTheOriginal(@TempDir Path folder) throws IOException {
        Golden original = Golden.named("coe-c2");
        Golden copy = Golden.read(Golden.copy("coe-c2", folder.resolve("coe-c2")));
        assertThat(copy.name()).isEqualTo("coe-c2");
        assertThat(copy.config()).isEqualTo(original.config());
        assertThat(copy.logits()).isDeepEqualTo(original.logits());
        assertThat(copy.inputIds()).hasDimensions(2, 16);
        assertThat(copy.logits()).hasDimensions(32, 256);
    }

    @Test
    void namesWhatThereIs() {
        assertThatThrownBy(() -> Golden.named("llama"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "no golden /goldens/llama/config.json, there are [coe-c2, mixtral-f32]");
    }

    private static byte[] file(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + data.length);
        return file.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).put(data).array();
    }
}
