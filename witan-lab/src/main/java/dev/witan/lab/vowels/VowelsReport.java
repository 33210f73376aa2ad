// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

import dev.witan.lab.ExperimentReport;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The vowel experiment's outcome. Holds no time, path or machine: equal settings give equal bytes.
///
/// @param systems the paper's four, in its order
/// @param ablations the mixture of 4 with Eq. 1 and Eq. 2
/// @param mixtureAgainstNetwork mixture of 4 against 6 hidden units; null if one has no best step
///   size
/// @param eightAgainstFour mixture of 8 against mixture of 4; null likewise
/// @param ratio epochs of the mixture of 4 over those of 6 hidden units; null likewise
/// @param caveats what a reader must know, in sentences
/// @param runs every run, by system, step size and seed
/// @param drawings SVG documents by file name; not part of the JSON
@JsonPropertyOrder({
    "settings",
    "systems",
    "ablations",
    "mixtureAgainstNetwork",
    "eightAgainstFour",
    "ratio",
    "caveats",
    "runs"
})
public record VowelsReport(
        VowelSettings settings,
        List<SystemResult> systems,
        List<SystemResult> ablations,
        @Nullable PooledTest mixtureAgainstNetwork,
        @Nullable PooledTest eightAgainstFour,
        @Nullable EpochRatio ratio,
        List<String> caveats,
        List<VowelRun> runs,
        @JsonIgnore Map<String, String> drawings)
        implements ExperimentReport {
    public VowelsReport {
        systems = List.copyOf(systems);
        ablations = List.copyOf(ablations);
        caveats = List.copyOf(caveats);
        runs = List.copyOf(runs);
        drawings = Collections.unmodifiableMap(new LinkedHashMap<>(drawings));
    }

    static VowelsReport of(
            VowelSettings settings,
            List<SystemResult> systems,
            List<SystemResult> ablations,
            List<VowelRun> runs,
            Map<String, String> drawings) {
        SystemResult four = systems.get(VowelSystem.TABLE_1.indexOf(VowelSystem.MIXTURE_4));
        SystemResult eight = systems.get(VowelSystem.TABLE_1.indexOf(VowelSystem.MIXTURE_8));
        SystemResult network = systems.get(VowelSystem.TABLE_1.indexOf(VowelSystem.NETWORK_6));
        return new VowelsReport(
                settings,
                systems,
                ablations,
                test(four, network),
                test(eight, four),
                EpochRatio.of(four, network, PublishedRow.EPOCH_RATIO),
                Caveats.of(settings, systems, four, eight),
                runs,
                drawings);
    }

    @Override
    public String text() {
        return ReportText.of(this);
    }

    private static @Nullable PooledTest test(SystemResult first, SystemResult second) {
        if (first.best() == null || second.best() == null) {
            return null;
        }
        return PooledTest.of(
                first.system(), first.best().epochs(), second.system(), second.best().epochs());
    }
}
