// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.checkpoint;

import dev.witan.train.data.DomainData;
import dev.witan.train.loop.TrainingProgress;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What `state.json` of a checkpoint says.
///
/// @param format version of this layout
/// @param progress how far the run had come
/// @param seed of everything random; no generator has a state of its own
/// @param data the domains trained on, in order
/// @param sha256 of the checkpoint's other files, by name
/// @param provenance when, where and by what it was made
public record CheckpointState(
        int format,
        TrainingProgress progress,
        long seed,
        List<DomainData.Provenance> data,
        Map<String, String> sha256,
        Map<String, String> provenance) {
    /// The layout that this release writes and reads.
    public static final int FORMAT = 1;

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .build();

    /// Copies the collections.
    public CheckpointState {
        data = List.copyOf(data);
        sha256 = Map.copyOf(sha256);
        provenance = Map.copyOf(provenance);
    }

    byte[] json() {
        var ordered =
                new CheckpointState(FORMAT, progress, seed, data, sha256, provenance).ordered();
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(ordered);
    }

    private Map<String, Object> ordered() {
        Map<String, Object> ordered = new java.util.LinkedHashMap<>();
        ordered.put("format", format);
        ordered.put("progress", progress);
        ordered.put("seed", seed);
        ordered.put("data", data);
        ordered.put("sha256", new TreeMap<>(sha256));
        ordered.put("provenance", new TreeMap<>(provenance));
        return ordered;
    }

    /// **Errors** [JacksonException] for what is no state.
    static CheckpointState read(byte[] json) {
        return JSON.readValue(json, CheckpointState.class);
    }
}
