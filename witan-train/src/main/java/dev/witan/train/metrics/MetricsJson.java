// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.metrics;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The JSON form of training events: the record's components, plus `event` (which record) and
/// `time` (when, ISO 8601).
public final class MetricsJson {
    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private MetricsJson() {}

    /// The JSON object that stands for an event.
    public static ObjectNode encode(TrainingEvent event, Instant time) {
        ObjectNode node = JSON.createObjectNode();
        node.put("event", kind(event));
        node.put("time", time.toString());
        node.setAll((ObjectNode) JSON.valueToTree(event));
        return node;
    }

    /// Reads the events of a file that a [JsonLinesSink] wrote, in their order. Objects of other
    /// kinds are passed over.
    ///
    /// Errors: `IOException` names the line that could not be read.
    public static List<TrainingEvent> read(Path file) throws IOException {
        var events = new ArrayList<TrainingEvent>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                try {
                    decode(JSON.readTree(line), events);
                } catch (JacksonException | IllegalArgumentException e) {
                    throw new IOException(file + " line " + number + " is not a training event", e);
                }
            }
        }
        return List.copyOf(events);
    }

    private static void decode(JsonNode node, List<TrainingEvent> events) {
        switch (node.path("event").asString("")) {
            case "step" -> events.add(JSON.treeToValue(node, StepMetrics.class));
            case "validation" -> events.add(JSON.treeToValue(node, ValidationMetrics.class));
            case "routing" -> events.add(JSON.treeToValue(node, RoutingMetrics.class));
            default -> {
                // A kind that a later version added.
            }
        }
    }

    private static String kind(TrainingEvent event) {
        return switch (event) {
            case StepMetrics _ -> "step";
            case ValidationMetrics _ -> "validation";
            case RoutingMetrics _ -> "routing";
        };
    }
}
