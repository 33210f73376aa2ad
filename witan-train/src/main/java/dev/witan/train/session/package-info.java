// SPDX-License-Identifier: Apache-2.0
/// A whole training session as one object: it opens text, model and folder, trains, and sums up
/// what came of it. The command line is a thin layer over it.
@NullMarked
package dev.witan.train.session;

import org.jspecify.annotations.NullMarked;
