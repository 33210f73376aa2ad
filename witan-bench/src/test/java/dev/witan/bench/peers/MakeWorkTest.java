// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

class MakeWorkTest {
    private static final OlmoeShape SMALL = new OlmoeShape(2, 12, 2, 5, 7, 2, 31);

    @TempDir Path folder;

    @Test
    void weightsLieInOneGaplessBlockInTheOrderOfTheHeader() throws IOException {
        MakeWork.write(SMALL, folder, 1, 1);
        var file = new TensorFile(folder.resolve("init.safetensors"));

        assertThat(file.header.propertyNames())
                .containsExactlyElementsOf(
                        SMALL.weights().stream().map(OlmoeShape.Weight::name).toList());
        long end = 0;
        for (OlmoeShape.Weight weight : SMALL.weights()) {
            JsonNode entry = file.header.get(weight.name());
            assertThat(entry.get("dtype").asString()).isEqualTo("F32");
            assertThat(entry.get("shape").toString().replace(",", ", "))
                    .isEqualTo(weight.shape().toString());
            assertThat(entry.get("data_offsets").get(0).asLong()).isEqualTo(end);
            end = entry.get("data_offsets").get(1).asLong();
        }
        assertThat(file.data.remaining()).isEqualTo((int) end);
        assertThat(file.dataStart % 8).isZero();
    }

    @Test
    void normsAreOneAndMatricesNormal() throws IOException {
        MakeWork.write(SMALL, folder, 1, 1);
        var file = new TensorFile(folder.resolve("init.safetensors"));

        assertThat(file.floats("model.norm.weight")).hasSize(12).containsOnly(1);
        float[] embeddings = file.floats("model.embed_tokens.weight");
        double meanSquare = 0;
        for (float value : embeddings) {
            meanSquare += value * value / embeddings.length;
        }
        assertThat(Math.sqrt(meanSquare)).isBetween(0.016, 0.024);
    }

    @Test
    void batchesHoldOneTokenMoreThanTheLength() throws IOException {
        MakeWork.write(SMALL, folder, 1, 3);
        var file = new TensorFile(folder.resolve("batches.safetensors"));

        assertThat(file.header.get("tokens").get("shape").toString()).isEqualTo("[3,8,257]");
        LongBuffer tokens = file.data.asLongBuffer();
        assertThat(tokens.remaining()).isEqualTo(3 * 8 * 257);
        while (tokens.hasRemaining()) {
            assertThat(tokens.get()).isBetween(0L, 30L);
        }
    }

    @Test
    void theSeedDecidesEveryByte() throws IOException {
        Path again = folder.resolve("again");
        Path other = folder.resolve("other");
        MakeWork.write(SMALL, folder, 7, 2);
        MakeWork.write(SMALL, again, 7, 2);
        MakeWork.write(SMALL, other, 8, 2);

        for (String name : new String[] {"init.safetensors", "batches.safetensors"}) {
            byte[] bytes = Files.readAllBytes(folder.resolve(name));
            assertThat(Files.readAllBytes(again.resolve(name))).isEqualTo(bytes);
            assertThat(Arrays.equals(Files.readAllBytes(other.resolve(name)), bytes)).isFalse();
        }
    }

    @Test
    void noStepsAreRefused() {
        assertThatThrownBy(() -> MakeWork.write(SMALL, folder, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("steps must be at least 1, was 0");
    }

    private static final class TensorFile {
        final JsonNode header;
        final int dataStart;
        final ByteBuffer data;

        TensorFile(Path path) throws IOException {
            ByteBuffer bytes =
                    ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
            var json = new byte[Math.toIntExact(bytes.getLong())];
            bytes.get(json);
            header = new JsonMapper().readTree(new String(json, StandardCharsets.UTF_8));
            dataStart = bytes.position();
            data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        }

        float[] floats(String name) {
            JsonNode offsets = header.get(name).get("data_offsets");
            int start = offsets.get(0).asInt();
            FloatBuffer values =
                    data.slice(start, offsets.get(1).asInt() - start)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asFloatBuffer();
            var copy = new float[values.remaining()];
            values.get(copy);
            return copy;
        }
    }
}
