// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.text;

/// A plain-text report under construction, 100 columns wide.
public final class PlainText {
    private static final int WIDTH = 100;

    private final StringBuilder out = new StringBuilder();

    /// Adds text as it is.
    public PlainText append(String text) {
        out.append(text);
        return this;
    }

    /// Adds an empty line.
    public PlainText blank() {
        return append("\n");
    }

    /// Adds an underlined heading after an empty line.
    public PlainText heading(String text) {
        out.append('\n').append(text).append('\n').append("-".repeat(text.length())).append('\n');
        return this;
    }

    /// Adds wrapped text; lines after the first are indented as far as `bullet` reaches.
    public PlainText paragraph(String bullet, String text) {
        var line = new StringBuilder(bullet);
        for (String word : text.split(" ", -1)) {
            if (line.length() + word.length() > WIDTH) {
                out.append(line.toString().stripTrailing()).append('\n');
                line.setLength(0);
                line.append(" ".repeat(bullet.length()));
            }
            line.append(word).append(' ');
        }
        out.append(line.toString().stripTrailing()).append('\n');
        return this;
    }

    /// The report so far.
    @Override
    public String toString() {
        return out.toString();
    }
}
