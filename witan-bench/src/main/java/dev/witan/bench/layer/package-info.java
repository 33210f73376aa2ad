// SPDX-License-Identifier: Apache-2.0
/// How near a mixture-of-experts layer comes to the machine's best matrix product.
@NullMarked
package dev.witan.bench.layer;

import org.jspecify.annotations.NullMarked;
