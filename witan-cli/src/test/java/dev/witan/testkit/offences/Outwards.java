// SPDX-License-Identifier: Apache-2.0
package dev.witan.testkit.offences;

import dev.witan.engine.Scope;

/// A reference that uses what it is the reference for.
public final class Outwards {
    private Outwards() {}

    static Class<?> engine() {
        return Scope.class;
    }
}
