package dev.triggers.proof.bench;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** All the way, sustained: POST, log, admission, rows in the inbox; as fast as the end keeps up with the beginning. */
final class EndToEnd implements Scenario {

    private static final int ORGS = 100;
    private static final int SECONDS = 20;
    private static final Duration FIRST_WARM_UP = Duration.ofSeconds(60);
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final String COPY = "binary COPY of such rows, alone";
    private static final Duration COPIED_FOR = Duration.ofSeconds(4);

    /** Events a request. */
    private enum Kind {
        BATCHES("batches of 100", 100, 16),
        SINGLE("single POSTs", 1, 200);

        private final String words;
        private final int events;
        private final int connections;

        Kind(String words, int events, int connections) {
            this.words = words;
            this.events = events;
            this.connections = connections;
        }

        Posts posts(URI ingest, List<Org> orgs) {
            return events == 1 ? Posts.single(ingest, orgs) : Posts.batches(ingest, orgs, events);
        }
    }

    private record Run(int round, Kind kind, double perSecond, double drainSeconds, long mostLag, Tally tally) {}

    @Override
    public String name() {
        return "end-to-end";
    }

    @Override
    public String group() {
        return "http";
    }

    @Override
    public String what() {
        return "100 organisations, sustained: from POST to rows in the inbox, and how far the end is behind";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        int rounds = bench.options().rounds();
        bench.progress().begin(name(), rounds * (Kind.values().length + 1) + 2);
        Pipeline pipeline = bench.pipeline();
        List<Org> orgs = pipeline.orgs(bench.few(ORGS, SinglePost.SMOKE));
        pipeline.keepUp();
        List<Run> runs = new ArrayList<>();
        List<Double> copies = new ArrayList<>();
        Map<String, List<Plot.Point>> lags = new LinkedHashMap<>();
        try (Reconciliation reconciliation = new Reconciliation(pipeline).of(orgs)) {
            for (int round = 1; round <= rounds; round++) {
                for (Kind kind : round % 2 == 1 ? Kind.values() : new Kind[] {Kind.SINGLE, Kind.BATCHES}) {
                    bench.progress().step("round " + round + ": " + kind.words);
                    Run run = run(bench, round, kind, pipeline, orgs, reconciliation, lags);
                    runs.add(run);
                    reconciliation.follow(List.of(run.tally())).requireAllAccepted();
                }
                bench.progress().step("round " + round + ": " + COPY);
                copies.add(BareCopy.perSecond(pipeline, bench.shorter(COPIED_FOR)));
            }
            bench.progress().step("all of it was counted");
        }
        return findings(bench, runs, copies, lags);
    }

    private static Run run(
            Bench bench,
            int round,
            Kind kind,
            Pipeline pipeline,
            List<Org> orgs,
            Reconciliation reconciliation,
            Map<String, List<Plot.Point>> lags)
            throws Exception {
        URI ingest = pipeline.ingest().address();
        Duration warmUp = bench.shorter(round == 1 ? FIRST_WARM_UP : WARM_UP);
        ClosedLoad.Size size = ClosedLoad.Size.of(kind.connections, warmUp, bench.seconds(SECONDS));
        long before = reconciliation.projected();
        try (PacedLoad load = new PacedLoad(pipeline, reconciliation, kind.posts(ingest, orgs), size)) {
            LagWatch lag = load.lag();
            long measuredFrom = System.nanoTime() + warmUp.toNanos();
            Tally tally = load.run();
            long ended = System.nanoTime();
            long drained = reconciliation.awaitProjected(before + tally.received());
            lag.look();
            lags.putAll(lag.line(kind.words + ", round " + round, measuredFrom));
            return new Run(
                    round,
                    kind,
                    lag.projectedPerSecond(measuredFrom),
                    (drained - ended) / 1e9,
                    lag.samples().stream().mapToLong(LagWatch.Sample::lag).max().orElse(0),
                    tally);
        }
    }

    private static Findings findings(
            Bench bench, List<Run> runs, List<Double> copies, Map<String, List<Plot.Point>> lags) {
        Table table = new Table(
                "End to end",
                "Median of " + bench.options().rounds() + " rounds (least–most) of "
                        + bench.seconds(SECONDS).toSeconds()
                        + " s and until drained, 100 organisations. The load waits while more than "
                        + PacedLoad.MOST_LAG
                        + " events are on their way, so this is what the slowest part sustains. Every submission was found"
                        + " in the inbox, once.",
                List.of("", "events/s", "drained after, s", "request p50, ms", "p99, ms"),
                rows(runs, copies));
        Table each = new Table(
                "End to end, every run",
                "",
                List.of("round", "what", "events_per_s", "drained_after_s", "most_lag", "p50_ms", "p99_ms", "answers"),
                runs.stream()
                        .map(run -> List.<Object>of(
                                run.round(),
                                run.kind().words,
                                run.perSecond(),
                                run.drainSeconds(),
                                run.mostLag(),
                                run.tally().millis(50),
                                run.tally().millis(99),
                                run.tally().statuses()))
                        .toList());
        return new Findings(
                List.of(table),
                each,
                List.of(Plot.lines("end-to-end-lag", "End to end: events on their way", "s", "events", lags)));
    }

    private static List<List<Object>> rows(List<Run> runs, List<Double> copies) {
        List<List<Object>> rows = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            rows.add(List.of(
                    kind.words,
                    spread(runs, kind, Run::perSecond),
                    spread(runs, kind, Run::drainSeconds),
                    spread(runs, kind, run -> run.tally().millis(50)),
                    spread(runs, kind, run -> run.tally().millis(99))));
        }
        rows.add(List.of(COPY, Spread.of(copies), "", "", ""));
        return rows;
    }

    private static Spread spread(List<Run> runs, Kind kind, ToDoubleFunction<Run> figure) {
        return Spread.of(runs.stream()
                .filter(run -> run.kind() == kind)
                .map(figure::applyAsDouble)
                .toList());
    }
}
