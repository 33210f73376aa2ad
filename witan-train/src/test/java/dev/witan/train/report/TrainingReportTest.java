// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.witan.train.metrics.RoutingMetrics;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class TrainingReportTest {
    private static final int PLACES = SampleReport.LAYERS * SampleReport.ITERATIONS;

    @Test
    void everyExpertHasACellPerLayerIterationAndDomain() {
        Document page = Xml.parse(TrainingReport.of(SampleReport.data()).toHtml());
        int cells = PLACES * SampleReport.EXPERTS;
        assertThat(Xml.elements(page, "rect", "cell"))
                .hasSize(cells + cells * SampleReport.DOMAINS.size());
        assertThat(Xml.texts(page))
                .contains("layer 2 · iteration 1", "code", "order-4 count model (1.3204)");
        assertThat(Xml.texts(page)).anyMatch(text -> text.endsWith("2 dead"));
        // Two dead experts, and the crosses of the two legends.
        assertThat(Xml.elements(page, "path", "cross")).hasSize(4);
    }

    @Test
    void thePageNeedsNothingElse() {
        String html = TrainingReport.of(SampleReport.data()).toHtml();
        String links =
                html.replace("http://www.w3.org/2000/svg", "")
                        .replace("http://www.w3.org/1999/xhtml", "");
        assertThat(links)
                .startsWith("<!DOCTYPE html>")
                .doesNotContain(
                        "http", "//", "<script", "<link", "<img", "url(", "@import", "src=");
    }

    @Test
    void theSameDataGivesTheSameBytes() {
        assertThat(TrainingReport.of(SampleReport.data()).toHtml())
                .isEqualTo(TrainingReport.of(SampleReport.data()).toHtml());
    }

    @Test
    void partsWithoutDataAreLeftOut() {
        Document page =
                Xml.parse(TrainingReport.of(ReportData.titled("empty", "").build()).toHtml());
        assertThat(Xml.elements(page, "h2", "")).hasSize(1);
        assertThat(Xml.texts(page)).contains("no data");
    }

    @Test
    void hostileStringsStayText() {
        String hostile = "</style></title><script>alert('1')</script>\u0007";
        var facts = KeyValues.titled(hostile).with(hostile, hostile);
        var data =
                ReportData.titled(hostile, hostile)
                        .tiles(facts)
                        .summary(List.of(facts))
                        .losses(LossHistory.empty(hostile).withBaseline(hostile, 1))
                        .domainLoads(
                                List.of(new DomainLoad(hostile, ExpertLoad.of(0, 0, new long[2]))))
                        .ablations(
                                List.of(
                                        new Ablation(hostile, 1),
                                        new Ablation(hostile, Double.NaN)))
                        .provenance(List.of(facts))
                        .build();
        String html = TrainingReport.of(data).toHtml();
        assertThat(Xml.parse(html).getElementsByTagName("script").getLength()).isZero();
        assertThat(html)
                .doesNotContain("<script")
                .containsOnlyOnce("</style>")
                .doesNotContain("\u0007");
    }

    @Test
    void manyPlacesAreSummedUp() {
        var routing = new ArrayList<RoutingMetrics>();
        for (int layer = 0; layer < 16; layer++) {
            routing.add(RoutingMetrics.of(10, layer, 0, new long[] {layer, 5}));
        }
        Document page =
                Xml.parse(
                        TrainingReport.of(ReportData.titled("t", "").routing(routing).build())
                                .toHtml());
        assertThat(Xml.texts(page))
                .contains("mean of 16 layers and iterations", "highest", "lowest");
    }

    @Test
    void separationIsZeroForEqualDomainsAndOneForDisjointOnes() {
        var left = new DomainLoad("a", ExpertLoad.of(0, 0, new long[] {6, 0}));
        var right = new DomainLoad("b", ExpertLoad.of(0, 0, new long[] {0, 2}));
        var unused = new DomainLoad("c", ExpertLoad.of(0, 0, new long[2]));
        assertThat(DomainMaps.separation(List.of(left, left))).isZero();
        assertThat(DomainMaps.separation(List.of(left, right))).isCloseTo(1, within(1e-12));
        assertThat(DomainMaps.separation(List.of(left, right, unused))).isCloseTo(1, within(1e-12));
        assertThat(DomainMaps.separation(List.of(unused))).isZero();
    }

    @Test
    void aFileAppearsWhole(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("report.html");
        ReportPage page = TrainingReport.of(SampleReport.data());
        page.write(file);
        page.write(file);
        assertThat(Files.readString(file)).isEqualTo(page.toHtml());
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void numbersReadTheSameEverywhere() {
        assertThat(Numbers.count(8_912_384)).isEqualTo("8,912,384");
        assertThat(Numbers.compact(1.29037)).isEqualTo("1.2904");
        assertThat(Numbers.compact(12345.6)).isEqualTo("12,346");
        assertThat(Numbers.compact(Double.NaN)).isEqualTo("unknown");
        assertThat(Numbers.duration(Duration.ofSeconds(3725))).isEqualTo("1 h 02 min");
        assertThat(Numbers.duration(Duration.ofSeconds(201))).isEqualTo("3 min 21 s");
    }
}
