// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.session;

import dev.witan.train.loop.TrainConfig;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a session is asked to do.
///
/// @param config the configuration; with `from` its model is that of the loaded one
/// @param data files to train on, one domain each
/// @param validation held-out files; if empty the end of each file of `data` is held out
/// @param out folder of the run
/// @param resume whether to continue the run in `out`
/// @param from folder of a trained model to start from
/// @param provenance what files should remember about the program and the command
public record TrainingRequest(
        TrainConfig config,
        List<Path> data,
        List<Path> validation,
        Path out,
        boolean resume,
        Optional<Path> from,
        Map<String, String> provenance) {
    /// Copies the collections.
    public TrainingRequest {
        data = List.copyOf(data);
        validation = List.copyOf(validation);
        provenance = Map.copyOf(provenance);
        if (data.isEmpty()) {
            throw new IllegalArgumentException("data must hold at least 1 file, was empty");
        }
    }
}
