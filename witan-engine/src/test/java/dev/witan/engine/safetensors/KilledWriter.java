// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.safetensors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A process that writes half of a file, says so and waits to be killed.
final class KilledWriter {
    private KilledWriter() {}

    public static void main(String[] args) throws IOException {
        var tensor =
                new TensorData(
                        "x",
                        DType.U8,
                        List.of(2_000L),
                        sink -> {
                            sink.write(MemorySegment.ofArray(new byte[1_000]));
                            System.out.println("half written");
                            int _ = System.in.read();
                        });
        SafetensorsWriter.write(Path.of(args[0]), Map.of(), List.of(tensor));
    }
}
