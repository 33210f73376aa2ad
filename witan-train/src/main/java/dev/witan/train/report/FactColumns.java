// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.util.List;

/// Lists of facts side by side, as many as the window has room for.
///
/// @param lists the lists, in order
public record FactColumns(List<KeyValues> lists) implements Drawing {
    /// Creates columns.
    public FactColumns {
        lists = List.copyOf(lists);
    }

    @Override
    public void render(Html html) {
        html.open("div").attribute("class", "columns");
        lists.forEach(list -> list.render(html));
        html.close();
    }
}
