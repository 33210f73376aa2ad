// SPDX-License-Identifier: Apache-2.0
package dev.witan.train.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// An HTML or SVG document under construction that cannot come out malformed.
///
/// Texts and attribute values are escaped, characters that XML forbids become U+FFFD, elements
/// close in the order in which they were opened. The result is well-formed XML and, since empty
/// HTML elements get an end tag, means the same to an HTML parser.
///
/// Threads: one thread at a time.
public final class Html {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9:-]*");
    private static final Set<String> VOID = Set.of("meta", "br", "hr", "col", "link");

    private final StringBuilder out = new StringBuilder();
    private final Deque<String> elements = new ArrayDeque<>();
    private int svgDepth;
    private boolean tagIsOpen;

    /// Starts an element; [#attribute] calls that follow directly belong to its tag.
    public Html open(String name) {
        requireName(name);
        endTag();
        out.append('<').append(name);
        elements.push(name);
        svgDepth += name.equals("svg") ? 1 : 0;
        tagIsOpen = true;
        return this;
    }

    /// Adds an attribute to the element just opened.
    ///
    /// Errors: `IllegalStateException` once the element has content.
    public Html attribute(String name, String value) {
        requireName(name);
        if (!tagIsOpen) {
            throw new IllegalStateException("attribute " + name + " comes after content");
        }
        out.append(' ').append(name).append("=\"");
        escape(value, true);
        out.append('"');
        return this;
    }

    /// Adds a number as an attribute, with at most two decimals.
    ///
    /// Errors: `IllegalArgumentException` if the number is not finite.
    public Html attribute(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + " must be finite, was " + value);
        }
        return attribute(name, coordinate(value));
    }

    /// Adds escaped text.
    public Html text(String text) {
        endTag();
        escape(text, false);
        return this;
    }

    /// Ends the innermost open element.
    public Html close() {
        String name = elements.pop();
        if (tagIsOpen && (svgDepth > 0 || VOID.contains(name))) {
            out.append("/>");
            tagIsOpen = false;
        } else {
            endTag();
            out.append("</").append(name).append('>');
        }
        svgDepth -= name.equals("svg") ? 1 : 0;
        if (elements.size() <= 4) {
            out.append('\n');
        }
        return this;
    }

    /// Adds an element that holds only text.
    public Html element(String name, String text) {
        return open(name).text(text).close();
    }

    /// Adds an element of a style class that holds only text.
    public Html element(String name, String styleClass, String text) {
        return open(name).attribute("class", styleClass).text(text).close();
    }

    /// Adds a style sheet. HTML does not unescape style sheets and XML does, so one that would need
    /// escapes is refused.
    Html style(String css) {
        if (css.contains("<") || css.contains("&")) {
            throw new IllegalArgumentException("css must hold neither < nor &");
        }
        open("style");
        endTag();
        out.append(css);
        return close();
    }

    /// The finished document without a prologue.
    ///
    /// Errors: `IllegalStateException` while an element is open.
    public String finish() {
        if (!elements.isEmpty()) {
            throw new IllegalStateException("element " + elements.peek() + " is not closed");
        }
        return out.toString();
    }

    /// A number with at most two decimals, as attributes hold it.
    static String coordinate(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        String shorter = text.replaceAll("0+$", "").replaceAll("\\.$", "");
        return shorter.equals("-0") ? "0" : shorter;
    }

    private void endTag() {
        if (tagIsOpen) {
            out.append('>');
            tagIsOpen = false;
        }
    }

    private void escape(String text, boolean inAttribute) {
        text.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '<' -> out.append("&lt;");
                        case '>' -> out.append("&gt;");
                        case '&' -> out.append("&amp;");
                        case '"' -> out.append("&quot;");
                        case '\'' -> out.append("&#39;");
                        case '\t', '\n' -> out.append(inAttribute ? " " : (char) c + "");
                        default -> out.appendCodePoint(isXml(c) ? c : 0xFFFD);
                    }
                });
    }

    /// The characters of XML 1.0, section 2.2, less those that HTML calls parse errors.
    private static boolean isXml(int c) {
        boolean control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
        boolean surrogate = c >= 0xD800 && c <= 0xDFFF;
        boolean noncharacter = (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
        return !control && !surrogate && !noncharacter;
    }

    private static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name must match " + NAME + ", was " + name);
        }
    }
}
