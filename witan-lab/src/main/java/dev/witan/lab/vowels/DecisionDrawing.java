// SPDX-License-Identifier: Apache-2.0
package dev.witan.lab.vowels;

import dev.witan.moe.local1991.LocalExpertsMixture;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/// A drawing of what a mixture learnt, as SVG: the training tokens in the formant plane, for each
/// active expert the line where its output is ½ (thick where the gate prefers this expert), and the
/// gate's lines between experts.
///
/// Source: Jacobs, Jordan, Nowlan and Hinton 1991, Figures 2 and 3.
final class DecisionDrawing {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 560;
    private static final int LEFT = 64;
    private static final int RIGHT = 150;
    private static final int TOP = 40;
    private static final int BOTTOM = 52;
    // The plane in kHz.
    private static final double MIN_F1 = 0.1;
    private static final double MAX_F1 = 1.4;
    private static final double MIN_F2 = 0.6;
    private static final double MAX_F2 = 3.8;
    private static final List<Line> FRAME =
            List.of(
                    new Line(1, 0, -MIN_F1),
                    new Line(-1, 0, MAX_F1),
                    new Line(0, 1, -MIN_F2),
                    new Line(0, -1, MAX_F2));

    private final List<VowelToken> tokens;
    private final String title;
    private final StringBuilder out = new StringBuilder();
    private final Formatter svg = new Formatter(out, Locale.ROOT);

    DecisionDrawing(List<VowelToken> tokens, String title) {
        this.tokens = tokens;
        this.title = title;
    }

    String svg(MixtureTrainee trained) {
        out.setLength(0);
        head();
        axes();
        tokens.forEach(this::token);
        lines(trained.mixture(), trained.activeExpertIndices());
        legend();
        return out.append("</svg>\n").toString();
    }

    private void lines(LocalExpertsMixture mixture, int[] active) {
        for (int expert : active) {
            Line line = Line.of(mixture.expertWeights(expert, 0));
            line("expert", line.within(FRAME));
            line("expert own", line.within(preferring(mixture, active, expert, expert)));
            label(expert, line.within(FRAME));
        }
        for (int i = 0; i < active.length; i++) {
            for (int j = i + 1; j < active.length; j++) {
                Line border = gate(mixture, active[i]).minus(gate(mixture, active[j]));
                line("gate", border.within(preferring(mixture, active, active[i], active[j])));
            }
        }
    }

    /// The half-planes where no other active expert has more of the gate than `expert`; `equal` has
    /// as much.
    private static List<Line> preferring(
            LocalExpertsMixture mixture, int[] active, int expert, int equal) {
        var planes = new ArrayList<>(FRAME);
        for (int other : active) {
            if (other != expert && other != equal) {
                planes.add(gate(mixture, expert).minus(gate(mixture, other)));
            }
        }
        return planes;
    }

    private static Line gate(LocalExpertsMixture mixture, int expert) {
        return Line.of(mixture.gateWeights(expert));
    }

    private void head() {
        svg.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0"
                        + " %d %d\">\n",
                WIDTH, HEIGHT, WIDTH, HEIGHT);
        out.append(
                """
                <style>
                text { font: 13px sans-serif; fill: #222 }
                .title { font-size: 15px; font-weight: bold }
                .axis, .expert, .gate { stroke: #222; fill: none }
                .tick { stroke: #ddd }
                .expert { stroke-width: 1; stroke-opacity: 0.5 }
                .own { stroke-width: 3; stroke-opacity: 1 }
                .gate { stroke-width: 2; stroke-dasharray: 7 5 }
                .iy { fill: #0072b2 } .ih { fill: #e69f00 } .aa { fill: #009e73 } .ah { fill: #cc79a7 }
                </style>
                <rect width="100%" height="100%" fill="#fff"/>
                """);
        svg.format("<text class=\"title\" x=\"%d\" y=\"24\">%s</text>\n", LEFT, title);
    }

    private void axes() {
        for (int tick = 2; tick <= 14; tick += 2) {
            double x = x(tick / 10.0);
            svg.format(
                    "<path class=\"tick\" d=\"M%.1f %dV%d\"/><text x=\"%.1f\" y=\"%d\""
                            + " text-anchor=\"middle\">%d</text>\n",
                    x, TOP, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 18, 100 * tick);
        }
        for (int tick = 2; tick <= 7; tick++) {
            double y = y(tick / 2.0);
            svg.format(
                    "<path class=\"tick\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\""
                            + " text-anchor=\"end\">%d</text>\n",
                    LEFT, y, WIDTH - RIGHT, LEFT - 6, y + 4, 500 * tick);
        }
        svg.format(
                "<rect class=\"axis\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
                LEFT, TOP, WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM);
        svg.format(
                "<text x=\"%d\" y=\"%d\">first formant, Hz</text>\n",
                (LEFT + WIDTH - RIGHT) / 2 - 50, HEIGHT - 12);
        svg.format(
                "<text transform=\"translate(16 %d) rotate(-90)\">second formant, Hz</text>\n",
                (TOP + HEIGHT - BOTTOM) / 2 + 55);
    }

    private void token(VowelToken token) {
        svg.format(
                "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n",
                token.vowel(), x(token.firstFormant() / 1000), y(token.secondFormant() / 1000));
    }

    private void line(String style, Line.@Nullable Segment segment) {
        if (segment != null) {
            svg.format(
                    "<path class=\"%s\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n",
                    style, x(segment.x1()), y(segment.y1()), x(segment.x2()), y(segment.y2()));
        }
    }

    private void label(int expert, Line.@Nullable Segment segment) {
        if (segment != null) {
            // At the end further to the right, inside the frame.
            boolean first = segment.x1() > segment.x2();
            double x = x(first ? segment.x1() : segment.x2());
            double y = y(first ? segment.y1() : segment.y2());
            svg.format(
                    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">expert %d</text>\n",
                    x - 6, Math.max(y - 6, TOP + 14), expert);
        }
    }

    private void legend() {
        int x = WIDTH - RIGHT + 16;
        int y = TOP + 10;
        for (Vowel vowel : Vowel.values()) {
            svg.format(
                    "<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"4\"/><text x=\"%d\" y=\"%d\">%s,"
                            + " target %d</text>\n",
                    vowel.code(), x + 8, y, x + 24, y + 4, vowel.symbol(), vowel.target());
            y += 22;
        }
        for (var entry : List.of("expert", "expert own", "gate")) {
            svg.format("<path class=\"%s\" d=\"M%d %dh18\"/>", entry, x, y);
            svg.format("<text x=\"%d\" y=\"%d\">%s</text>\n", x + 24, y + 4, explanation(entry));
            y += 22;
        }
    }

    private static String explanation(String style) {
        return switch (style) {
            case "gate" -> "gate: equal";
            case "expert" -> "expert: ½";
            default -> "where preferred";
        };
    }

    private static double x(double kilohertz) {
        return LEFT + (kilohertz - MIN_F1) / (MAX_F1 - MIN_F1) * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double kilohertz) {
        return HEIGHT - BOTTOM - (kilohertz - MIN_F2) / (MAX_F2 - MIN_F2) * (HEIGHT - TOP - BOTTOM);
    }
}
