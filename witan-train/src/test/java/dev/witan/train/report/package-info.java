// SPDX-License-Identifier: Apache-2.0
@NullMarked
package dev.witan.train.report;

import org.jspecify.annotations.NullMarked;
