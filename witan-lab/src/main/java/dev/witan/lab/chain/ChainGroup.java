// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.chain;

import java.util.List;

/// Systems that are drawn in one chart.
///
/// @param name its name in files
/// @param title its title
/// @param systems names of the systems
public record ChainGroup(String name, String title, List<String> systems) {
    public ChainGroup {
        systems = List.copyOf(systems);
    }
}
