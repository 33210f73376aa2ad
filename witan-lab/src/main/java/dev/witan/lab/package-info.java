// SPDX-License-Identifier: Apache-2.0
/// Published experiments, each reproducible from one command.
@NullMarked
package dev.witan.lab;

import org.jspecify.annotations.NullMarked;
