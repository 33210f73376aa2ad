// SPDX-License-Identifier: Apache-2.0
package dev.witan.bench.peers;

import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads the samples of `FOLDER/raw` and writes `FOLDER/speed.md` (tables) and `FOLDER/speed.json`
/// (the same numbers as `comparison`, and every sample as it was written, by file name).
///
/// A sample's file is `speed-ROUND-LABEL.json` for an alternating run, `loss-LABEL.json` for the
/// run whose losses are compared; files with the same label belong to one system.
public final class SpeedReport {
    private static final Pattern SPEED = Pattern.compile("speed-(\\d+)-(.+)\\.json");
    private static final Pattern LOSS = Pattern.compile("loss-(.+)\\.json");

    private final JsonMapper json =
            JsonMapper.builder()
                    // A run that diverged reports NaN; it must show up in the table.
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();
    private final Map<String, Map<Integer, TrainingSample>> speed = new TreeMap<>();
    private final Map<String, TrainingSample> loss = new TreeMap<>();
    private final Map<String, JsonNode> raw = new LinkedHashMap<>();

    private SpeedReport() {}

    /// The file `speed.json`.
    record Document(Comparison comparison, Map<String, JsonNode> samples) {}

    /// `SpeedReport FOLDER`.
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("usage: SpeedReport FOLDER");
        }
        write(Path.of(args[0]));
    }

    /// Writes both reports and returns what they say.
    static Comparison write(Path folder) throws IOException {
        var report = new SpeedReport();
        report.read(folder.resolve("raw"));
        Comparison comparison = Comparison.of(report.contestants());
        Files.writeString(folder.resolve("speed.md"), SpeedTable.markdown(comparison));
        Files.writeString(
                folder.resolve("speed.json"),
                report.json.writeValueAsString(new Document(comparison, report.raw)) + "\n");
        return comparison;
    }

    private void read(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(folder)) {
            files = found.sorted().toList();
        }
        for (Path file : files) {
            read(file, file.getFileName().toString());
        }
    }

    private void read(Path file, String name) throws IOException {
        Matcher speedName = SPEED.matcher(name);
        Matcher lossName = LOSS.matcher(name);
        if (speedName.matches()) {
            speed.computeIfAbsent(speedName.group(2), label -> new TreeMap<>())
                    .put(Integer.valueOf(speedName.group(1)), sample(file, name));
        } else if (lossName.matches()) {
            loss.put(lossName.group(1), sample(file, name));
        }
    }

    private TrainingSample sample(Path file, String name) throws IOException {
        JsonNode document = json.readTree(Files.readString(file));
        raw.put(name, document);
        return json.treeToValue(document, TrainingSample.class);
    }

    private List<Contestant> contestants() {
        var labels = new ArrayList<>(speed.keySet());
        loss.keySet().stream().filter(label -> !speed.containsKey(label)).forEach(labels::add);
        return labels.stream()
                .map(label ->
                        new Contestant(
                                label,
                                speed.getOrDefault(label, Map.of()),
                                Optional.ofNullable(loss.get(label))))
                .toList();
    }
}
