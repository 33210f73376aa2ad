// SPDX-License-Identifier: Apache-2.0
/// libtorch on the JVM: start-up, threads, scopes, seeds and gradients of explicit kernels.
@NullMarked
package dev.witan.engine;

import org.jspecify.annotations.NullMarked;
