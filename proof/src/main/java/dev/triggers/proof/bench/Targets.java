package dev.triggers.proof.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is wanted of scenarios on two cores that everything shares, the load too, beside what they found. It is told, not
 * enforced: speeds are a machine's, and what must hold on each of them (that nothing is lost) fails its scenario.
 */
final class Targets {

    /** On the command line: all scenarios of which something is wanted. */
    static final String GROUP = "targets";

    private static final List<Target> ALL = List.of(
            atLeast(0.85, "× an empty POST", "single-post", "POST", Figure.cell(SinglePost.OURS, "÷ an empty POST")),
            atLeast(
                    0.9,
                    "× a plain controller",
                    "single-post",
                    "POST",
                    Figure.cell(SinglePost.OURS, "÷ a plain controller")),
            atMost(40, "ms", "single-post", "POST, p99", Figure.cell(SinglePost.OURS, "p99, ms")),
            atLeast(100, "%", "single-post", "POST, success", Figure.cell(SinglePost.OURS, "success, %")),
            atLeast(
                    0.5,
                    "× an empty POST",
                    "pipeline-post",
                    "POST, everything keeping up",
                    Figure.cell(SinglePost.OURS, "÷ an empty POST")),
            atLeast(
                    120_000,
                    "events/s",
                    "batches",
                    "batches of 500 into the log",
                    Figure.cell("POST /v1/events/batch", "events/s")),
            atLeast(18_000, "events/s", "end-to-end", "to rows", Figure.cell("batches of 100", "events/s")),
            atLeast(25_000, "events/s", "end-to-end", "to rows, stretch", Figure.cell("batches of 100", "events/s")),
            atMost(4, "ms", "latency", "POST, p50", Figure.cell("POST answered, 1 consumer", "p50, ms")),
            atMost(15, "ms", "latency", "POST, p99", Figure.cell("POST answered, 1 consumer", "p99, ms")),
            atMost(30, "ms", "latency", "visible, p50", Figure.cell("visible by long poll, 1 consumer", "p50, ms")),
            atMost(120, "ms", "latency", "visible, p99", Figure.cell("visible by long poll, 1 consumer", "p99, ms")),
            atMost(
                    400,
                    "ms",
                    "latency",
                    "visible, p99.9",
                    Figure.cell("visible by long poll, 1 consumer", "p99.9, ms")),
            atLeast(2_750, "requests/s", "seed", "5,000 requests", Figure.cell(SinglePost.OURS, "requests/s")),
            atLeast(30_000, "events/s", "catch-up", "steady", Figure.first("steady events/s")),
            atMost(400, "MiB", "catch-up", "resident, largest service", Figure.largest("at most, MiB")),
            atMost(400, "MiB", "memory", "resident, largest service", Figure.largest("at most, MiB")),
            atMost(1.25, "× the first quarter", "soak", "POST, p50, at the end", Figure.first(Soak.LATENCY_DRIFT)),
            atMost(
                    1.15,
                    "× the first quarter",
                    "soak",
                    "resident at the end, largest growth",
                    Figure.largest(Soak.MEMORY_DRIFT)),
            atMost(3, "s", "startup", "until ready, slowest service", Figure.largest("ready in, s")),
            atMost(8, "s", "dev", "until ready, empty directory", Figure.cell(DevStart.FRESH, "ready in, s")),
            atMost(1_229, "MiB", "dev", "resident, all of it", Figure.largest("resident at most, MiB")),
            atLeast(60_000, "messages/s", "lease-ack", "100 a lease", Figure.first("messages/s")),
            atLeast(3_000, "cycles/s", "single-cycles", "1 a lease", Figure.first("cycles/s")),
            atLeast(30_000, "messages/s", "page-ack", "pages of 100", Figure.first("messages/s")),
            atMost(10, "ms", "pages", "page of 100, p99, worst size", Figure.largest("p99, ms")),
            atMost(1_000, "ms", "sparse-filter", "one in a million", Figure.first("ms")),
            atLeast(
                    0.85,
                    "× 100 organisations",
                    "many-orgs",
                    "10,000 organisations",
                    Figure.cell("10,000 organisations, Zipf", ManyOrgs.RATIO)),
            atLeast(
                    0.85,
                    "× 100 organisations",
                    "many-orgs",
                    "50 inboxes",
                    Figure.cell("one organisation, 50 inboxes", ManyOrgs.RATIO)));

    private final Map<String, Findings> found = new LinkedHashMap<>();

    private record Target(String scenario, String what, boolean least, double wanted, String unit, Figure figure) {

        String words() {
            return (least ? "≥ " : "≤ ") + Table.shown(wanted) + " " + unit;
        }

        boolean reached(double median) {
            return least ? median >= wanted : median <= wanted;
        }
    }

    /** Where a figure stands among a scenario's findings: a number or a {@link Spread}; empty where there is none. */
    private interface Figure {

        Optional<Object> of(Findings findings);

        /** That of the first row which begins so. */
        static Figure cell(String row, String column) {
            return findings ->
                    cells(findings, column, Optional.of(row)).stream().findFirst();
        }

        static Figure first(String column) {
            return findings ->
                    cells(findings, column, Optional.empty()).stream().findFirst();
        }

        static Figure largest(String column) {
            return findings -> cells(findings, column, Optional.empty()).stream()
                    .reduce((one, other) -> median(one) >= median(other) ? one : other);
        }

        private static List<Object> cells(Findings findings, String column, Optional<String> row) {
            return findings.tables().stream()
                    .filter(table -> table.columns().contains(column))
                    .flatMap(table -> table.rows().stream()
                            .filter(cells -> row.isEmpty() || cells.getFirst().equals(row.get()))
                            .map(cells -> cells.get(table.columns().indexOf(column))))
                    .filter(cell -> !(cell instanceof String))
                    .toList();
        }
    }

    private static Target atLeast(double wanted, String unit, String scenario, String what, Figure figure) {
        return new Target(scenario, what, true, wanted, unit, figure);
    }

    private static Target atMost(double wanted, String unit, String scenario, String what, Figure figure) {
        return new Target(scenario, what, false, wanted, unit, figure);
    }

    static boolean has(Scenario scenario) {
        return ALL.stream().anyMatch(target -> target.scenario().equals(scenario.name()));
    }

    void found(Scenario scenario, Findings findings) {
        found.put(scenario.name(), findings);
    }

    /**
     * What is wanted of those scenarios, and what of that was reached; empty where nothing is wanted of any.
     *
     * @param chosen those that were to run; one that found nothing reached nothing
     */
    Optional<Findings> reached(List<Scenario> chosen, boolean smoke) {
        List<List<Object>> rows = new ArrayList<>();
        List<List<Object>> runs = new ArrayList<>();
        for (Scenario scenario : chosen) {
            for (Target target : of(scenario).toList()) {
                Optional<Object> figure =
                        Optional.ofNullable(found.get(scenario.name())).flatMap(target.figure()::of);
                boolean reached =
                        figure.filter(cell -> target.reached(median(cell))).isPresent();
                rows.add(List.of(
                        scenario.name(),
                        target.what(),
                        target.words(),
                        figure.map(Table::shown).orElse("no result"),
                        reached ? "reached" : "not reached"));
                runs.add(List.of(
                        scenario.name(),
                        target.what(),
                        target.least() ? "least" : "most",
                        target.wanted(),
                        target.unit(),
                        figure.<Object>map(Targets::median).orElse(""),
                        reached));
            }
        }
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        Table table = new Table(
                "Targets",
                "Wanted on two cores that everything shares, the load too; medians count."
                        + (smoke ? " This was hardly any load: it says nothing of speed." : ""),
                List.of("scenario", "what", "wanted", "found", ""),
                rows);
        Table each = new Table(
                "Targets, every one",
                "",
                List.of("scenario", "what", "bound", "wanted", "unit", "found", "reached"),
                runs);
        return Optional.of(new Findings(List.of(table), each));
    }

    private static Stream<Target> of(Scenario scenario) {
        return ALL.stream().filter(target -> target.scenario().equals(scenario.name()));
    }

    private static double median(Object cell) {
        return cell instanceof Spread spread ? spread.median() : ((Number) cell).doubleValue();
    }
}
