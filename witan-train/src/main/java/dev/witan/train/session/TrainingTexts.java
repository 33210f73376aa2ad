// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.session;

import dev.witan.model.tokenizer.Tokenizer;
import dev.witan.train.data.Domain;
import dev.witan.train.data.DomainData;
import dev.witan.train.data.TrainingData;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The texts of a session.
///
/// @param training what is trained on
/// @param validation what is held out
/// @param heldOut whether the latter is the end of the former's files
record TrainingTexts(TrainingData training, List<DomainData> validation, boolean heldOut) {
    /// The part of each file that is held out where no validation file is given.
    static final double HELD_OUT_SHARE = 0.05;

    static TrainingTexts read(List<Path> data, List<Path> validation, Tokenizer tokenizer)
            throws IOException {
        List<Domain> domains = Domain.of(data);
        if (!validation.isEmpty()) {
            return new TrainingTexts(
                    TrainingData.read(domains, tokenizer),
                    TrainingData.read(Domain.of(validation), tokenizer).domains(),
                    false);
        }
        List<DomainData> train = new ArrayList<>();
        List<DomainData> rest = new ArrayList<>();
        for (Domain domain : domains) {
            DomainData.Split split = DomainData.split(domain, tokenizer, HELD_OUT_SHARE);
            train.add(split.train());
            rest.add(split.heldOut());
        }
        return new TrainingTexts(new TrainingData(train), rest, true);
    }
}
