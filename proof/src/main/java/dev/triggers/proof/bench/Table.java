package dev.triggers.proof.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Figures in rows.
 *
 * @param note what has to be known to read them; empty: nothing
 * @param rows a cell is a text, a number or a {@link Spread}
 */
record Table(String title, String note, List<String> columns, List<List<Object>> rows) {

    Table {
        rows.forEach(row -> {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        title + ": " + row.size() + " cells (expected: " + columns.size() + ")");
            }
        });
    }

    /** As a Markdown table, which a terminal shows well too: cells are padded. */
    String markdown() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns);
        rows.forEach(row -> lines.add(row.stream().map(Table::shown).toList()));
        int[] widths = IntStream.range(0, columns.size())
                .map(column -> lines.stream()
                        .mapToInt(line -> line.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        StringBuilder text = new StringBuilder("**" + title + "**\n\n");
        for (int i = 0; i < lines.size(); i++) {
            text.append(line(lines.get(i), widths));
            if (i == 0) {
                text.append(IntStream.range(0, widths.length)
                        .mapToObj(column -> (numeric(column) ? "-" : ":")
                                + "-".repeat(widths[column])
                                + (numeric(column) ? ":" : "-"))
                        .collect(Collectors.joining("|", "|", "|\n")));
            }
        }
        return note.isEmpty() ? text.toString() : text + "\n" + note + "\n";
    }

    private String line(List<String> cells, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(column -> {
                    String space = " ".repeat(widths[column] - cells.get(column).length());
                    return numeric(column) ? space + cells.get(column) : cells.get(column) + space;
                })
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private boolean numeric(int column) {
        return !rows.isEmpty() && !(rows.getFirst().get(column) instanceof String);
    }

    /** Comma-separated values (RFC 4180), numbers as they are. */
    String csv() {
        return rows.stream()
                .map(row ->
                        row.stream().map(cell -> quoted(String.valueOf(cell))).collect(Collectors.joining(",")))
                .collect(Collectors.joining(
                        "\r\n", columns.stream().map(Table::quoted).collect(Collectors.joining(",")) + "\r\n", "\r\n"));
    }

    private static String quoted(String cell) {
        return cell.matches("[^\",\r\n]*") ? cell : "\"" + cell.replace("\"", "\"\"") + "\"";
    }

    /** Whole from 100 up, below with as many digits as say something. */
    static String shown(Object cell) {
        if (cell instanceof Double number) {
            double size = Math.abs(number);
            return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", number);
        }
        return cell instanceof Number number
                ? String.format(Locale.ROOT, "%,d", number.longValue())
                : String.valueOf(cell);
    }
}
