// SPDX-License-Identifier: Apache-2.0
/// Routers: from token vectors to experts and weights, one class per idea of the literature.
@NullMarked
package dev.witan.moe.router;

import org.jspecify.annotations.NullMarked;
