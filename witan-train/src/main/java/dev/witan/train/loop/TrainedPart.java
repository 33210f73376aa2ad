// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.loop;

/// Which parameters a run changes.
public enum TrainedPart {
    /// All of them.
    ALL,
    /// The routed experts; the trunk, with embedding, attention, routers and shared experts, keeps
    /// every bit.
    EXPERTS
}
