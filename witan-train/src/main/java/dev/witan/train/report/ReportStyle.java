// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The style sheets of reports, which are resources beside this class.
final class ReportStyle {
    private ReportStyle() {}

    /// Colours and lines of charts and heat maps, for drawings outside a page.
    static String drawing() {
        return resource("drawing.css");
    }

    /// The style of a whole page, its drawings included.
    static String page() {
        return drawing() + resource("page.css");
    }

    private static String resource(String name) {
        try (InputStream in = ReportStyle.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
