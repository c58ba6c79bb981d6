package dev.triggers.proof.bench;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** After an outage: what was received meanwhile is on the log, and processor and projector come back. */
final class CatchUp implements Scenario {

    private static final int EVENTS_A_BATCH = 500;
    private static final int CONNECTIONS = 8;
    private static final Duration FILLED_WITHIN = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "catch-up";
    }

    @Override
    public String group() {
        return "http";
    }

    @Override
    public String what() {
        return "a million events (--ids N) after an outage of processor and projector, until all are in the inboxes";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        bench.progress().begin(name(), 4);
        Pipeline pipeline = bench.pipeline();
        List<Org> orgs = pipeline.orgs(bench.few(SinglePost.ORGS, SinglePost.SMOKE));
        pipeline.keepUp();
        pipeline.pause();
        URI ingest = pipeline.ingest().address();
        int batches = Math.max(1, bench.options().ids() / EVENTS_A_BATCH);
        try (Reconciliation reconciliation = new Reconciliation(pipeline).of(orgs)) {
            bench.progress().step("the log fills");
            Tally tally = ClosedLoad.run(
                            ingest,
                            Posts.batches(ingest, orgs, EVENTS_A_BATCH),
                            new ClosedLoad.Size(CONNECTIONS, Duration.ZERO, FILLED_WITHIN, batches))
                    .requireAllTaken();
            bench.progress().step("processor and projector come back");
            long start = System.nanoTime();
            try (LagWatch watch = new LagWatch(pipeline, reconciliation, tally)) {
                pipeline.keepUp();
                double ready = (System.nanoTime() - start) / 1e9;
                double seconds = (reconciliation.awaitProjected(tally.received()) - start) / 1e9;
                watch.look();
                bench.progress().step("all of it is counted");
                reconciliation.follow(List.of(tally)).requireAllAccepted();
                return findings(tally, ready, seconds, watch, start);
            }
        }
    }

    private static Findings findings(Tally tally, double ready, double seconds, LagWatch watch, long start) {
        Table table = new Table(
                "Catching up",
                "From the start of both processes until every event is in its inbox; each was found there, once. Steady is"
                        + " between a tenth and nine tenths of the way.",
                List.of("events", "ready in, s", "all in, s", "events/s", "steady events/s"),
                List.of(List.of(
                        tally.received(),
                        ready,
                        seconds,
                        tally.received() / seconds,
                        steady(watch, tally.received()))));
        Map<String, List<Plot.Point>> lag = watch.line("left", start);
        return new Findings(
                List.of(table), table, List.of(Plot.lines("catch-up", "Catching up: events left", "s", "events", lag)));
    }

    private static double steady(LagWatch watch, long all) {
        List<LagWatch.Sample> some = watch.samples().stream()
                .filter(sample -> sample.projected() >= all / 10 && sample.projected() <= all * 9 / 10)
                .toList();
        if (some.size() < 2) {
            return 0;
        }
        LagWatch.Sample first = some.getFirst();
        LagWatch.Sample last = some.getLast();
        return (last.projected() - first.projected()) * 1e9 / (last.nanos() - first.nanos());
    }
}
