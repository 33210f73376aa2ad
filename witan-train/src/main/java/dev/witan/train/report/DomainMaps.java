// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import dev.witan.train.report.SvgHeatMap.Cell;
import dev.witan.train.report.SvgHeatMap.Row;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/// Heat maps and tables of which experts each domain uses.
///
/// The *separation* of a place is the mean, over its domains, of the total variation distance
/// between the domain's distribution over the experts and the mean of all domains', divided by its
/// largest possible value, 1 - 1/domains: 0 if every domain uses the experts alike, 1 if no two
/// domains share one.
final class DomainMaps {
    private static final int FAVOURITES = 3;

    private DomainMaps() {}

    static List<Drawing> of(List<DomainLoad> loads) {
        Map<String, List<DomainLoad>> places = new LinkedHashMap<>();
        for (DomainLoad load : loads) {
            places.computeIfAbsent(load.load().place(), _ -> new ArrayList<>()).add(load);
        }
        var drawings = new ArrayList<Drawing>();
        places.forEach((place, domains) -> {
            drawings.add(html -> html.element("h3", heading(place, domains)));
            drawings.add(map(place, domains, drawings.size() >= 2 * places.size() - 1));
        });
        drawings.add(html -> html.element("h3", "Busiest experts (share of the domain's rows)"));
        drawings.add(favourites(places));
        return drawings;
    }

    /// Shapes: one distribution `[E]` per domain; domains without rows do not count.
    static double separation(List<DomainLoad> domains) {
        List<ExpertLoad> used =
                domains.stream().map(DomainLoad::load).filter(load -> load.total() > 0).toList();
        int experts = used.stream().mapToInt(l -> l.tokensPerExpert().size()).min().orElse(0);
        double distance = 0;
        for (int e = 0; e < experts; e++) {
            int expert = e;
            double mean = used.stream().mapToDouble(load -> load.share(expert)).average().orElse(0);
            for (ExpertLoad load : used) {
                distance += Math.abs(load.share(expert) - mean) / 2;
            }
        }
        return used.size() < 2 ? 0 : distance / (used.size() - 1);
    }

    private static String heading(String place, List<DomainLoad> domains) {
        return String.format(Locale.ROOT, "%s: separation %.2f", place, separation(domains));
    }

    private static SvgHeatMap map(String place, List<DomainLoad> domains, boolean last) {
        List<Row> rows =
                domains.stream()
                        .map(domain ->
                                new Row(domain.domain(), "", cells(domain.domain(), domain.load())))
                        .toList();
        SvgHeatMap map = SvgHeatMap.of("Experts by domain, " + place, "expert", rows);
        return last ? map : map.withoutLegend();
    }

    static List<Cell> cells(String where, ExpertLoad load) {
        return IntStream.range(0, load.tokensPerExpert().size())
                .mapToObj(e -> new Cell(load.ratio(e), tooltip(where, load, e)))
                .toList();
    }

    private static String tooltip(String where, ExpertLoad load, int expert) {
        String count =
                where
                        + ", expert "
                        + expert
                        + ": "
                        + Numbers.count(load.tokensPerExpert().get(expert))
                        + " rows";
        return load.total() == 0
                ? count
                : count
                        + String.format(
                                Locale.ROOT,
                                " (%.2f %%, %.2f× the even share)",
                                100 * load.share(expert),
                                load.ratio(expert));
    }

    private static DataTable favourites(Map<String, List<DomainLoad>> places) {
        Set<String> names = new LinkedHashSet<>();
        places.values().forEach(loads -> loads.forEach(load -> names.add(load.domain())));
        var header = new ArrayList<String>();
        header.add("place");
        header.addAll(names);
        var rows = new ArrayList<List<String>>();
        places.forEach((place, loads) -> {
            Map<String, String> byDomain = new LinkedHashMap<>();
            loads.forEach(load -> byDomain.put(load.domain(), favourites(load.load())));
            var row = new ArrayList<String>();
            row.add(place);
            names.forEach(name -> row.add(Objects.requireNonNullElse(byDomain.get(name), "")));
            rows.add(row);
        });
        return new DataTable(header, rows);
    }

    /// Ties go to the lower expert index, since the sort is stable.
    private static String favourites(ExpertLoad load) {
        if (load.total() == 0) {
            return "none";
        }
        List<String> busiest =
                IntStream.range(0, load.tokensPerExpert().size())
                        .boxed()
                        .sorted(Comparator.comparingLong(e -> -load.tokensPerExpert().get(e)))
                        .limit(FAVOURITES)
                        .map(e ->
                                String.format(Locale.ROOT, "%d (%.1f %%)", e, 100 * load.share(e)))
                        .toList();
        return String.join(", ", busiest);
    }
}
