// SPDX-License-Identifier: Apache-2.0
/// Training of a model whose trunk is here and whose experts are on other peers.
@NullMarked
package dev.witan.swarm.train;

import org.jspecify.annotations.NullMarked;
