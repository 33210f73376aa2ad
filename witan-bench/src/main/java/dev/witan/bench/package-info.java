// SPDX-License-Identifier: Apache-2.0
/// JMH benchmarks, one class per question.
@NullMarked
package dev.witan.bench;

import org.jspecify.annotations.NullMarked;
