// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import dev.witan.train.report.KeyValues.Entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// A report as one self-contained HTML page: title, tiles with headline numbers, sections.
///
/// @param title heading of the page and of the browser's window
/// @param subtitle a line under the heading; may be empty
/// @param tiles headline numbers, shown large
/// @param sections the page's sections, from the top
public record ReportPage(String title, String subtitle, List<Entry> tiles, List<Section> sections) {
    /// A titled part of the page.
    ///
    /// @param heading its title
    /// @param note what the reader should know to read it; may be empty
    /// @param drawings its content
    public record Section(String heading, String note, List<Drawing> drawings) {
        /// Creates a section.
        public Section {
            drawings = List.copyOf(drawings);
        }
    }

    /// Creates a page.
    public ReportPage {
        tiles = List.copyOf(tiles);
        sections = List.copyOf(sections);
    }

    /// A page without sections.
    public static ReportPage of(String title, String subtitle, List<Entry> tiles) {
        return new ReportPage(title, subtitle, tiles, List.of());
    }

    /// This page with a section more.
    public ReportPage section(String heading, String note, List<? extends Drawing> drawings) {
        var more = new ArrayList<>(sections);
        more.add(new Section(heading, note, List.copyOf(drawings)));
        return new ReportPage(title, subtitle, tiles, more);
    }

    /// The page's bytes as text: the same page gives the same text.
    public String toHtml() {
        var html = new Html();
        html.open("html")
                .attribute("lang", "en")
                .attribute("xmlns", "http://www.w3.org/1999/xhtml");
        html.open("head").open("meta").attribute("charset", "utf-8").close();
        html.open("meta")
                .attribute("name", "viewport")
                .attribute("content", "width=device-width, initial-scale=1")
                .close();
        html.open("meta")
                .attribute("name", "color-scheme")
                .attribute("content", "light dark")
                .close();
        html.element("title", title).style(ReportStyle.page()).close();
        html.open("body").open("main");
        header(html);
        sections.forEach(section -> section(html, section));
        html.element("footer", "Made by Witan, a council of experts with no king.");
        html.close().close().close();
        return "<!DOCTYPE html>\n" + html.finish();
    }

    /// Writes the page to a file, which appears whole or not at all.
    public void write(Path file) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Files.writeString(partial, toHtml());
        Files.move(
                partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void header(Html html) {
        html.open("header");
        emblem(html);
        html.open("div").element("h1", title);
        if (!subtitle.isEmpty()) {
            html.element("p", "subtitle", subtitle);
        }
        html.close().close();
        if (!tiles.isEmpty()) {
            html.open("dl").attribute("class", "tiles");
            for (Entry tile : tiles) {
                html.open("div").element("dt", tile.key()).element("dd", tile.value()).close();
            }
            html.close();
        }
    }

    private static void section(Html html, Section section) {
        html.open("section").element("h2", section.heading());
        if (!section.note().isEmpty()) {
            html.element("p", "note", section.note());
        }
        section.drawings().forEach(drawing -> drawing.render(html));
        html.close();
    }

    /// A ring of experts, two of them chosen.
    private static void emblem(Html html) {
        html.open("svg")
                .attribute("xmlns", "http://www.w3.org/2000/svg")
                .attribute("class", "emblem")
                .attribute("viewBox", "-24 -24 48 48")
                .attribute("aria-hidden", "true");
        int experts = 9;
        for (int e = 0; e < experts; e++) {
            double angle = 2 * Math.PI * e / experts - Math.PI / 2;
            boolean chosen = e == 1 || e == 5;
            html.open("circle")
                    .attribute("class", chosen ? "chosen" : "member")
                    .attribute("cx", 18 * Math.cos(angle))
                    .attribute("cy", 18 * Math.sin(angle))
                    .attribute("r", chosen ? 4.5 : 3.2)
                    .close();
        }
        html.close();
    }
}
