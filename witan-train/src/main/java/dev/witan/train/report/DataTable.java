// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.util.List;

/// A table with a header: the first column names the row, the others are set right-aligned.
///
/// @param header names of the columns
/// @param rows cells by row; every row has as many as the header
public record DataTable(List<String> header, List<List<String>> rows) implements Drawing {
    /// Creates a table.
    ///
    /// Errors: a row of another length is an `IllegalArgumentException`.
    public DataTable {
        header = List.copyOf(header);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != header.size()) {
                throw new IllegalArgumentException(
                        "row must have " + header.size() + " cells, had " + row.size());
            }
        }
    }

    @Override
    public void render(Html html) {
        html.open("div").attribute("class", "scroll");
        html.open("table").attribute("class", "data").open("thead").open("tr");
        header.forEach(name -> html.open("th").attribute("scope", "col").text(name).close());
        html.close().close().open("tbody");
        for (List<String> row : rows) {
            html.open("tr");
            for (int column = 0; column < row.size(); column++) {
                if (column == 0) {
                    html.open("th").attribute("scope", "row").text(row.get(0)).close();
                } else {
                    html.element("td", row.get(column));
                }
            }
            html.close();
        }
        html.close().close().close();
    }
}
