// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.data;

import dev.witan.model.tokenizer.Tokenizer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The domains that a model is trained on, in a fixed order.
public record TrainingData(List<DomainData> domains) {
    public TrainingData {
        domains = List.copyOf(domains);
        if (domains.isEmpty()) {
            throw new IllegalArgumentException("domains must hold at least 1, was empty");
        }
    }

    /// Reads all domains.
    ///
    /// **Errors** as [DomainData#read].
    public static TrainingData read(List<Domain> domains, Tokenizer tokenizer) throws IOException {
        List<DomainData> data = new ArrayList<>();
        for (Domain domain : domains) {
            data.add(DomainData.read(domain, tokenizer));
        }
        return new TrainingData(data);
    }

    public List<String> names() {
        return domains.stream().map(data -> data.domain().name()).toList();
    }

    public List<DomainData.Provenance> provenance() {
        return domains.stream().map(DomainData::provenance).toList();
    }

    /// Tokens of all domains.
    public long tokens() {
        return domains.stream().mapToLong(data -> data.tokens().length()).sum();
    }

    /// Rows of `sequenceLength + 1` tokens from a position on, in the order that the seed gives.
    ///
    /// **Errors** a domain shorter than one row → [DataException].
    public BatchStream batches(int sequenceLength, long seed, DataPosition from)
            throws DataException {
        if (sequenceLength < 1) {
            throw new IllegalArgumentException(
                    "sequenceLength must be at least 1, was " + sequenceLength);
        }
        for (DomainData data : domains) {
            long length = data.tokens().length();
            if (length <= sequenceLength) {
                throw new DataException(
                        data.domain().file()
                                + ": "
                                + length
                                + " tokens are too few, a sequence length of "
                                + sequenceLength
                                + " needs at least "
                                + (sequenceLength + 1L));
            }
        }
        return new BatchStream(
                domains.stream().map(DomainData::tokens).toList(), sequenceLength, seed, from);
    }
}
