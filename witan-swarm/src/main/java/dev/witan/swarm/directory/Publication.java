// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

import dev.witan.swarm.identity.Endpoint;

import java.util.List;

/// All that a peer has to say at one time.
///
/// @param endpoint where it takes expert calls
/// @param records the experts that it holds, each once, in any order
/// @param proof that it was admitted, from its credential
public record Publication(Endpoint endpoint, List<ExpertRecord> records, byte[] proof) {
    /// Sorts the records.
    public Publication {
        records = records.stream().sorted().toList();
        for (int i = 1; i < records.size(); i++) {
            if (records.get(i).compareTo(records.get(i - 1)) == 0) {
                throw new IllegalArgumentException(
                        "an expert is there twice: " + records.get(i).expert());
            }
        }
        if (proof.length > DirectoryLimits.PROOF_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "proof must have <= "
                            + DirectoryLimits.PROOF_BYTES_MAX
                            + " bytes, had "
                            + proof.length);
        }
    }
}
