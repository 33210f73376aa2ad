// SPDX-License-Identifier: Apache-2.0
/// The comparison with other projects on the same work: the model and batches that all of them
/// start from, and the report over their samples. `peers/speed.sh` drives it.
@NullMarked
package dev.witan.bench.peers;

import org.jspecify.annotations.NullMarked;
