// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.witan.cli.LauncherCheckout.Outcome;
import dev.witan.engine.safetensors.SafetensorsFile;
import dev.witan.engine.safetensors.TensorInfo;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// `witan train --from DIR --only-experts`, judged by the bytes of the files it leaves.
final class OnlyExpertsTest {
    private static final String EXPERT = ".mlp.experts.";

    @TempDir private Path dir;

    @Test
    void onlyTheRoutedExpertsChange() throws IOException {
        Path text = SmallTraining.text(dir.resolve("sums.txt"));
        Path base = dir.resolve("base");
        Path tuned = dir.resolve("tuned");
        assertDone(SmallTraining.run(SmallTraining.line(text, base, "steps=3")));
        assertDone(
                SmallTraining.run(
                        SmallTraining.line(
                                text,
                                tuned,
                                "--from",
                                base.toString(),
                                "--only-experts",
                                "steps=4")));

        Map<String, ByteBuffer> before = tensors(base);
        Map<String, ByteBuffer> after = tensors(tuned);
        assertThat(after.keySet()).isEqualTo(before.keySet());
        assertThat(before.keySet()).anyMatch(name -> name.contains("shared_experts"));
        assertThat(before.keySet()).filteredOn(name -> name.contains(EXPERT)).hasSize(63 * 3);
        int changed = 0;
        for (String name : before.keySet()) {
            boolean same = before.get(name).equals(after.get(name));
            if (name.contains(EXPERT)) {
                changed += same ? 0 : 1;
            } else {
                assertThat(same).as(name).isTrue();
            }
        }
        // Experts that no token chose keep theirs.
        assertThat(changed).isGreaterThan(30);
    }

    private static void assertDone(Outcome outcome) {
        assertThat(outcome.code()).as(outcome.err()).isZero();
    }

    private static Map<String, ByteBuffer> tensors(Path folder) throws IOException {
        Map<String, ByteBuffer> all = new TreeMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
            for (TensorInfo tensor : file.tensors().values()) {
                byte[] bytes = file.data(tensor.name()).toArray(ValueLayout.JAVA_BYTE);
                all.put(tensor.name(), ByteBuffer.wrap(bytes));
            }
        }
        return all;
    }
}
