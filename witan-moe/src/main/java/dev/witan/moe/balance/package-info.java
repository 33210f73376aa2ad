// SPDX-License-Identifier: Apache-2.0
/// What keeps the load even: auxiliary losses and the loss-free bias update.
@NullMarked
package dev.witan.moe.balance;

import org.jspecify.annotations.NullMarked;
