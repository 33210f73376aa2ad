// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.witan.train.metrics;

import org.jspecify.annotations.NullMarked;
