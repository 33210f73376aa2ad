// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HtmlTest {
    @Test
    void textAndAttributesAreEscaped() {
        String hostile = "</p><script>alert(\"1\")</script>&'\u0000\uD800\uFFFE é 🎲";
        String html =
                new Html().open("p").attribute("title", hostile).text(hostile).close().finish();
        var paragraph = Xml.parse(html).getDocumentElement();
        String expected = "</p><script>alert(\"1\")</script>&'\uFFFD\uFFFD\uFFFD é 🎲";
        assertThat(paragraph.getTextContent()).isEqualTo(expected);
        assertThat(paragraph.getAttribute("title")).isEqualTo(expected);
        assertThat(html).doesNotContain("<script");
    }

    @Test
    void emptyElementsKeepTheirEndTagOutsideSvg() {
        assertThat(new Html().open("td").close().finish().strip()).isEqualTo("<td></td>");
        assertThat(new Html().open("br").close().finish().strip()).isEqualTo("<br/>");
        assertThat(new Html().open("svg").open("rect").close().close().finish())
                .isEqualToIgnoringWhitespace("<svg><rect/></svg>");
    }

    @Test
    void misuseIsRefused() {
        assertThatThrownBy(() -> new Html().open("p").finish())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("element p is not closed");
        assertThatThrownBy(() -> new Html().open("p").text("a").attribute("id", "b"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Html().open("p onclick"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Html().open("p").attribute("width", Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Html().style("</style>"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void coordinatesAreShort() {
        assertThat(Html.coordinate(-0.001)).isEqualTo("0");
        assertThat(Html.coordinate(100)).isEqualTo("100");
        assertThat(Html.coordinate(1.20)).isEqualTo("1.2");
    }
}
