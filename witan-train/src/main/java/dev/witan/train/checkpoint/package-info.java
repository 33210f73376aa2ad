// SPDX-License-Identifier: Apache-2.0
/// Training runs on disk: a folder with the run's configuration, its newest checkpoints and a
/// pointer to the last.
///
/// A checkpoint is written beside the others under a name that nobody reads, forced to the disk and
/// renamed; then the pointer is replaced. A process that dies at any moment leaves the previous
/// checkpoint usable.
@NullMarked
package dev.witan.train.checkpoint;

import org.jspecify.annotations.NullMarked;
