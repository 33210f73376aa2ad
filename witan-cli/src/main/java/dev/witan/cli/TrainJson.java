// SPDX-License-Identifier: Apache-2.0
package dev.witan.cli;

import dev.witan.train.config.ConfigWriter;
import dev.witan.train.loop.Evaluation;
import dev.witan.train.report.Ablation;
import dev.witan.train.session.TrainingSession;
import dev.witan.train.session.TrainingSummary;

import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What `witan train --json` and `witan eval --json` say to programs.
final class TrainJson {
    private TrainJson() {}

    static Map<String, Object> document(
            TrainingSession session, TrainingSummary summary, Path report) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("config", JsonMapper.shared().readTree(ConfigWriter.json(session.config())));
        document.put("step", summary.progress().step());
        document.put("skippedSteps", summary.progress().skippedSteps());
        document.put("tokens", summary.progress().tokens());
        document.put("heldOut", session.heldOut());
        document.put("validation", evaluation(summary.validation()));
        Map<String, Object> domains = new LinkedHashMap<>();
        summary.domains().forEach((name, part) -> domains.put(name, evaluation(part)));
        document.put("domains", domains);
        document.put(
                "baseline",
                Map.of("order", summary.baselineOrder(), "natsPerByte", summary.baseline()));
        document.put("ablations", summary.ablations().stream().map(TrainJson::ablation).toList());
        document.put("ablationTokens", summary.ablationTokens());
        document.put("cpuSeconds", summary.cpuTime().toMillis() / 1000.0);
        document.put("model", session.folder().toString());
        document.put("report", report.toString());
        return document;
    }

    private static Map<String, Object> ablation(Ablation ablation) {
        return Map.of("name", ablation.name(), "natsPerByte", ablation.loss());
    }

    static Map<String, Object> evaluation(Evaluation result) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("tokens", result.tokens());
        document.put("natsPerToken", result.natsPerToken());
        document.put("natsPerByte", result.natsPerByte());
        List<Map<String, Object>> loads =
                result.loads().stream()
                        .map(load -> {
                            Map<String, Object> row = new LinkedHashMap<>();
                            row.put("layer", load.layer());
                            row.put("iteration", load.iteration());
                            row.put("maxOverMean", load.maxOverMean());
                            row.put("deadExperts", load.deadExperts());
                            row.put("tokensPerExpert", load.tokensPerExpert());
                            return row;
                        })
                        .toList();
        document.put("loads", loads);
        return document;
    }
}
