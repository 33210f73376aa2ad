// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.util.List;
import java.util.Locale;

/// A table of ablations with a bar for how much worse each is than the intact model.
///
/// @param unit unit of the losses
/// @param ablations the intact model, then the disabled parts
record AblationTable(String unit, List<Ablation> ablations) implements Drawing {
    AblationTable {
        ablations = List.copyOf(ablations);
    }

    @Override
    public void render(Html html) {
        html.open("div").attribute("class", "scroll");
        html.open("table").attribute("class", "data").open("thead").open("tr");
        for (String name : List.of("variant", "loss, " + unit, "difference", "")) {
            html.open("th").attribute("scope", "col").text(name).close();
        }
        html.close().close().open("tbody");
        double intact = ablations.getFirst().loss();
        row(html, ablations.getFirst().name(), intact, "");
        html.open("td").close().close();
        double largest =
                ablations.stream()
                        .mapToDouble(ablation -> Math.abs(ablation.loss() - intact))
                        .filter(Double::isFinite)
                        .max()
                        .orElse(0);
        for (Ablation ablation : ablations.subList(1, ablations.size())) {
            double worse = ablation.loss() - intact;
            row(html, ablation.name(), ablation.loss(), difference(worse));
            bar(html, worse, largest);
            html.close();
        }
        html.close().close().close();
    }

    /// Leaves the row open for its last cell.
    private static void row(Html html, String name, double loss, String difference) {
        html.open("tr").open("th").attribute("scope", "row").text(name).close();
        html.element("td", Numbers.compact(loss)).element("td", difference);
    }

    private static void bar(Html html, double worse, double largest) {
        html.open("td").attribute("class", "bar");
        if (Double.isFinite(worse) && largest > 0) {
            double percent = 100 * Math.abs(worse) / largest;
            html.open("i");
            if (worse < 0) {
                html.attribute("class", "better");
            }
            html.attribute("style", "width:" + Html.coordinate(percent) + "%").close();
        }
        html.close();
    }

    private static String difference(double worse) {
        return Double.isFinite(worse) ? String.format(Locale.ROOT, "%+.4f", worse) : "unknown";
    }
}
