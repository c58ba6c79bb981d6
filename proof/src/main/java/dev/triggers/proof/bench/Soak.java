package dev.triggers.proof.bench;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.HdrHistogram.Histogram;

/** Half of what the pipeline sustains, for long: whether memory, sizes and latency stay as they are. */
final class Soak implements Scenario {

    static final String LATENCY_DRIFT = "latency, last part ÷ first";
    static final String MEMORY_DRIFT = "resident, last part ÷ first";

    private static final List<String> SERVICES = List.of("ingest-api", "event-processor", "inbox-projector");
    private static final int SECONDS = 120;
    private static final int CONNECTIONS = 200;
    private static final int LEAST_PER_SECOND = 100;
    private static final int PARTS = 4;
    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final Duration MOST = Duration.ofSeconds(15);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    /** A quarter of the time. */
    private record Part(int number, Tally tally, Map<String, Double> figures) {}

    @Override
    public String name() {
        return "soak";
    }

    @Override
    public String group() {
        return "http";
    }

    @Override
    public String what() {
        return "half of the most for two minutes (--seconds 1800 for thirty): memory, sizes, latency over time";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        bench.progress().begin(name(), PARTS + 3);
        Pipeline pipeline = bench.pipeline();
        List<Org> orgs = pipeline.orgs(bench.few(SinglePost.ORGS, SinglePost.SMOKE));
        pipeline.keepUp();
        try (Reconciliation reconciliation = new Reconciliation(pipeline).of(orgs)) {
            bench.progress().step("the most");
            Tally most = most(bench, pipeline, orgs, reconciliation);
            reconciliation.follow(List.of(most)).requireAllAccepted();
            double rate = Math.max(LEAST_PER_SECOND, most.perSecond() / 2);
            long start = System.nanoTime();
            List<Part> parts = new ArrayList<>();
            try (Vitals vitals = new Vitals(bench, pipeline, LOOK_EVERY)) {
                for (int number = 1; number <= PARTS; number++) {
                    bench.progress().step("part " + number);
                    parts.add(part(bench, number, rate, pipeline, orgs, vitals));
                }
                bench.progress().step("all of it is counted");
                reconciliation.follow(parts.stream().map(Part::tally).toList()).requireAllAccepted();
                return findings(bench, most.perSecond(), rate, parts, vitals, start);
            }
        }
    }

    private static Tally most(Bench bench, Pipeline pipeline, List<Org> orgs, Reconciliation reconciliation)
            throws Exception {
        Posts posts = Posts.single(pipeline.ingest().address(), orgs);
        ClosedLoad.Size size = ClosedLoad.Size.of(
                bench.few(CONNECTIONS, SinglePost.SMOKE), bench.shorter(WARM_UP), bench.shorter(MOST));
        try (PacedLoad load = new PacedLoad(pipeline, reconciliation, posts, size)) {
            return load.run();
        }
    }

    private static Part part(Bench bench, int number, double rate, Pipeline pipeline, List<Org> orgs, Vitals vitals)
            throws Exception {
        URI ingest = pipeline.ingest().address();
        Duration duration = bench.seconds(SECONDS).dividedBy(PARTS);
        Tally tally = OpenLoad.run(
                        ingest,
                        Posts.single(ingest, orgs),
                        new OpenLoad.Size(CONNECTIONS, rate, Duration.ZERO, duration))
                .requireAllTaken();
        List<Vitals.Sample> samples = vitals.samples();
        return new Part(
                number, tally, samples.isEmpty() ? Map.of() : samples.getLast().figures());
    }

    private static Findings findings(
            Bench bench, double most, double rate, List<Part> parts, Vitals vitals, long start) {
        TreeSet<String> figures = new TreeSet<>();
        parts.forEach(part -> figures.addAll(part.figures().keySet()));
        List<String> columns = new ArrayList<>(List.of(""));
        parts.forEach(part -> columns.add("after part " + part.number()));
        List<List<Object>> rows = new ArrayList<>();
        for (double percentile : List.of(50.0, 99.0, 99.9)) {
            rows.add(row("POST p" + Table.shown(percentile) + ", ms", parts, part -> millis(part, percentile)));
        }
        figures.forEach(figure ->
                rows.add(row(figure, parts, part -> part.figures().getOrDefault(figure, 0.0))));
        Table table = new Table(
                "Soak",
                bench.seconds(SECONDS).toSeconds() + " s at " + Table.shown(rate)
                        + " events/s, open loop; the most was "
                        + Table.shown(most)
                        + ". Tables and RocksDB grow with what they hold; every submission was found in"
                        + " the inbox, once.",
                columns,
                rows);
        Map<String, List<Plot.Point>> lines = new LinkedHashMap<>();
        figures.stream()
                .filter(figure -> figure.contains("resident"))
                .forEach(figure -> lines.put(figure.replace(", resident MiB", ""), vitals.line(figure, start)));
        return new Findings(
                List.of(table, latencyDrift(parts), memoryDrift(parts)),
                table,
                List.of(Plot.lines("soak-memory", "Soak: resident memory", "s", "MiB", lines)));
    }

    /** Of the middle only: the slowest hundredth of a quarter of two minutes is a few stalls of the machine. */
    private static Table latencyDrift(List<Part> parts) {
        return new Table(
                "Soak, latency at the end",
                "",
                List.of("POST", LATENCY_DRIFT),
                List.of(List.of("p50", millis(parts.getLast(), 50) / millis(parts.getFirst(), 50))));
    }

    /** Of each service. */
    private static Table memoryDrift(List<Part> parts) {
        Map<String, Double> first = parts.getFirst().figures();
        Map<String, Double> last = parts.getLast().figures();
        return new Table(
                "Soak, resident memory at the end",
                "",
                List.of("service", MEMORY_DRIFT),
                SERVICES.stream()
                        .filter(service -> first.containsKey(Vitals.resident(service)))
                        .map(service -> List.<Object>of(
                                service,
                                last.getOrDefault(Vitals.resident(service), 0.0)
                                        / first.getOrDefault(Vitals.resident(service), 0.0)))
                        .toList());
    }

    private interface Figure {
        double of(Part part);
    }

    private static List<Object> row(String what, List<Part> parts, Figure figure) {
        List<Object> row = new ArrayList<>(List.of(what));
        parts.forEach(part -> row.add(figure.of(part)));
        return row;
    }

    private static double millis(Part part, double percentile) {
        Histogram latency = part.tally().latency();
        return latency.getValueAtPercentile(percentile) / 1e3;
    }
}
