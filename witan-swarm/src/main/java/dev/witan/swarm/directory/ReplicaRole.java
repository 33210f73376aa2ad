// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

/// What a peer does for an expert, as it published it.
public enum ReplicaRole {
    /// Takes updates; holds the lease of the epoch.
    PRIMARY,
    /// Follows the primary and answers forward calls.
    BACKUP
}
