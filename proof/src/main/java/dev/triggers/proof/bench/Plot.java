package dev.triggers.proof.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/**
 * A line chart as SVG, for docs and browsers, readable on light and dark ground.
 *
 * @param name of its file, without the ending
 * @param marks where the horizontal axis says something, and what
 */
record Plot(
        String name,
        String title,
        String across,
        String up,
        Map<String, List<Point>> lines,
        Map<Double, String> marks) {

    record Point(double x, double y) {}

    private static final int WIDTH = 760;
    private static final int HEIGHT = 360;
    private static final int LEFT = 76;
    private static final int RIGHT = 28;
    private static final int TOP = 64;
    private static final int BOTTOM = 48;
    private static final int MARKS = 5;
    private static final List<Double> PERCENTILES = List.of(0.0, 50.0, 90.0, 95.0, 99.0, 99.9, 99.99);
    /** Told apart by those who see few colours too (Okabe and Ito). */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

    /** Numbers on both axes, from 0. */
    static Plot lines(String name, String title, String across, String up, Map<String, List<Point>> lines) {
        double most = most(lines, Point::x);
        double step = step(most);
        Map<Double, String> marks = new LinkedHashMap<>();
        for (int i = 0; i * step <= most * 1.001; i++) {
            marks.put(i * step, shown(i * step));
        }
        return new Plot(name, title, across, up, lines, marks);
    }

    /** Latency in milliseconds by percentile, wider the rarer: by the logarithm of how many are slower. */
    static Plot percentiles(String name, String title, Map<String, Histogram> histograms) {
        Map<String, List<Point>> lines = new LinkedHashMap<>();
        histograms.forEach((line, histogram) -> {
            List<Point> points = new ArrayList<>();
            for (double x = 0; x <= nines(PERCENTILES.getLast()) + 0.01; x += 0.05) {
                double percentile = 100 * (1 - Math.pow(10, -x));
                points.add(new Point(x, histogram.getValueAtPercentile(percentile) / 1e3));
            }
            lines.put(line, points);
        });
        Map<Double, String> marks = PERCENTILES.stream()
                .collect(Collectors.toMap(
                        Plot::nines, p -> p == 0 ? "least" : "p" + shown(p), (a, _) -> a, LinkedHashMap::new));
        return new Plot(name, title, "percentile", "ms", lines, marks);
    }

    private static double nines(double percentile) {
        return -Math.log10(1 - percentile / 100);
    }

    private static double most(Map<String, List<Point>> lines, ToDoubleFunction<Point> side) {
        return Math.max(
                1e-9,
                lines.values().stream()
                        .flatMap(List::stream)
                        .mapToDouble(side)
                        .max()
                        .orElse(1));
    }

    /** 1, 2 or 5 times a power of ten, so that a few fit. */
    private static double step(double most) {
        double power = Math.pow(10, Math.floor(Math.log10(most / MARKS)));
        return DoubleStream.of(1, 2, 5, 10)
                .map(times -> times * power)
                .filter(step -> most / step <= MARKS)
                .findFirst()
                .orElse(10 * power);
    }

    private static String shown(double number) {
        return number == Math.rint(number)
                ? String.format(Locale.ROOT, "%,.0f", number)
                : String.valueOf(Math.round(number * 1e4) / 1e4);
    }

    String svg() {
        double mostX = Math.max(
                most(lines, Point::x),
                marks.keySet().stream().mapToDouble(Double::doubleValue).max().orElse(0));
        double step = step(most(lines, Point::y));
        double mostY = Math.ceil(most(lines, Point::y) / step) * step;
        StringBuilder svg = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                """.formatted(WIDTH, HEIGHT));
        text(svg, LEFT, 22, "start", title, " font-size=\"15\" font-weight=\"bold\"");
        axes(svg, mostX, mostY, step);
        int nth = 0;
        int legend = LEFT;
        for (Map.Entry<String, List<Point>> line : lines.entrySet()) {
            String colour = COLOURS.get(nth++ % COLOURS.size());
            svg.append("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>\n"
                    .formatted(
                            colour,
                            line.getValue().stream()
                                    .map(point -> number(x(point.x(), mostX)) + "," + number(y(point.y(), mostY)))
                                    .collect(Collectors.joining(" "))));
            svg.append("<rect x=\"%d\" y=\"36\" width=\"14\" height=\"4\" fill=\"%s\"/>\n".formatted(legend, colour));
            text(svg, legend + 20, 42, "start", line.getKey(), "");
            legend += 44 + 7 * line.getKey().length();
        }
        return svg.append("</svg>\n").toString();
    }

    private void axes(StringBuilder svg, double mostX, double mostY, double step) {
        for (double y = 0; y <= mostY * 1.001; y += step) {
            double at = y(y, mostY);
            svg.append("<line x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\" stroke=\"#dddddd\"/>\n"
                    .formatted(LEFT, WIDTH - RIGHT, number(at), number(at)));
            text(svg, LEFT - 8, at + 4, "end", shown(y), "");
        }
        marks.forEach((mark, words) -> text(svg, x(mark, mostX), HEIGHT - BOTTOM + 18, "middle", words, ""));
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", across, "");
        text(
                svg,
                16,
                (TOP + HEIGHT - BOTTOM) / 2.0,
                "middle",
                up,
                " transform=\"rotate(-90 16 %s)\"".formatted(number((TOP + HEIGHT - BOTTOM) / 2.0)));
    }

    private static double x(double value, double most) {
        return LEFT + value / most * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double value, double most) {
        return HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String words, String more) {
        svg.append("<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" fill=\"#333333\"%s>%s</text>\n"
                .formatted(
                        number(x),
                        number(y),
                        anchor,
                        more,
                        words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")));
    }
}
