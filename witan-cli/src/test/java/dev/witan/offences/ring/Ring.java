// SPDX-License-Identifier: Apache-2.0
package dev.witan.offences.ring;

import dev.witan.offences.Offences;

/// One half of a cycle of packages.
public final class Ring {
    private Ring() {}

    static Class<?> back() {
        return Offences.class;
    }
}
