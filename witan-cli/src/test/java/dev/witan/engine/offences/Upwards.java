// SPDX-License-Identifier: Apache-2.0
package dev.witan.engine.offences;

import dev.witan.moe.Router;

/// A class of the lowest module that knows one above it.
public final class Upwards {
    private Upwards() {}

    static Class<?> moe() {
        return Router.class;
    }
}
