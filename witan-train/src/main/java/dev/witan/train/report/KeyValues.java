// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.util.ArrayList;
import java.util.List;

/// A titled list of names and values, such as a configuration.
///
/// @param title heading above the list; empty for none
/// @param entries the pairs, in the order in which they are shown
public record KeyValues(String title, List<Entry> entries) implements Drawing {
    /// A name and its value.
    public record Entry(String key, String value) {}

    /// Creates a list.
    public KeyValues {
        entries = List.copyOf(entries);
    }

    /// A list without entries.
    public static KeyValues titled(String title) {
        return new KeyValues(title, List.of());
    }

    /// This list with an entry more.
    public KeyValues with(String key, String value) {
        var more = new ArrayList<>(entries);
        more.add(new Entry(key, value));
        return new KeyValues(title, more);
    }

    @Override
    public void render(Html html) {
        html.open("div").attribute("class", "facts");
        if (!title.isEmpty()) {
            html.element("h3", title);
        }
        html.open("table");
        for (Entry entry : entries) {
            html.open("tr");
            html.open("th").attribute("scope", "row").text(entry.key()).close();
            html.element("td", entry.value());
            html.close();
        }
        html.close().close();
    }
}
