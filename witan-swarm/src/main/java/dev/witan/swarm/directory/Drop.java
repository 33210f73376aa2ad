// SPDX-License-Identifier: Apache-2.0
package dev.witan.swarm.directory;

/// Why a piece from the wire was not taken.
public enum Drop {
    /// It does not have the right form, or breaks a limit of size.
    MALFORMED,
    /// It is for another swarm, or its peer was never admitted to this one.
    FOREIGN,
    /// Its peer did not sign it.
    FORGED,
    /// Its number is not above that of the piece known: a replay, or news that came late.
    REPLAYED,
    /// Its peer would have more experts or pieces than a peer may.
    OVER_QUOTA,
    /// It lies in another shard than its slot belongs to.
    MISPLACED
}
