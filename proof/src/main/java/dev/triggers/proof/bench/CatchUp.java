package dev.triggers.proof.bench;

import dev.triggers.common.event.Limits;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** After an outage: what was received meanwhile is on the log, and processor and projector come back. */
final class CatchUp implements Scenario {

    private static final int CONNECTIONS = 8;
    private static final Duration FILLED_WITHIN = Duration.ofMinutes(5);

    /** So many times the heap of a service, in events that are as large as they may be. */
    private static final int HEAPS = 2;

    private final String name;
    private final String what;
    private final int orgs;
    private final int eventsInBatch;
    private final String data;

    private CatchUp(String name, String what, int orgs, int eventsInBatch, String data) {
        this.name = name;
        this.what = what;
        this.orgs = orgs;
        this.eventsInBatch = eventsInBatch;
        this.data = data;
    }

    /** Of events like everywhere. */
    static CatchUp ofMany() {
        return new CatchUp(
                "catch-up",
                "a million events (--ids N) after an outage of processor and projector, until all are in the inboxes",
                SinglePost.ORGS,
                500,
                Posts.DATA);
    }

    /** Of events that are as large as they may be, and all alike: on the log they are hardly anything, in memory all they say. */
    static CatchUp ofLarge() {
        String around = "{\"pad\":\"\"}";
        String pad = "a".repeat(Limits.DATA_BYTES - around.length());
        return new CatchUp(
                "large-backlog",
                "the same with events of 256 KiB that compress to nothing, twice a service's heap: none may run out of memory",
                2 * Bench.PARTITIONS,
                5,
                around.replace("\"\"}", "\"" + pad + "\"}"));
    }

    private boolean isLarge() {
        return data.length() >= Limits.DATA_BYTES;
    }

    private int events(Bench bench) {
        return isLarge()
                ? Math.toIntExact(HEAPS * ((long) bench.options().heap() << 20) / Limits.DATA_BYTES)
                : bench.options().ids();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String group() {
        return "http";
    }

    @Override
    public String what() {
        return what;
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        bench.progress().begin(name(), 4);
        Pipeline pipeline = bench.pipeline();
        List<Org> senders = pipeline.orgs(bench.few(orgs, SinglePost.SMOKE));
        pipeline.keepUp();
        pipeline.pause();
        URI ingest = pipeline.ingest().address();
        int batches = Math.max(1, events(bench) / eventsInBatch);
        try (Reconciliation reconciliation = new Reconciliation(pipeline).of(senders)) {
            bench.progress().step("the log fills");
            Tally tally = ClosedLoad.run(
                            ingest,
                            Posts.batches(ingest, senders, eventsInBatch, data),
                            new ClosedLoad.Size(CONNECTIONS, Duration.ZERO, FILLED_WITHIN, batches))
                    .requireAllTaken();
            bench.progress().step("processor and projector come back");
            long start = System.nanoTime();
            try (LagWatch watch = new LagWatch(pipeline, reconciliation, tally)) {
                pipeline.keepUp();
                double ready = (System.nanoTime() - start) / 1e9;
                double seconds = (reconciliation.awaitProjected(tally.received()) - start) / 1e9;
                watch.look();
                Table memory = new Table(
                        "Memory once all had arrived",
                        ServiceMemory.shown(bench.options()),
                        Memory.COLUMNS,
                        Memory.resident(pipeline));
                bench.progress().step("all of it is counted");
                reconciliation.follow(List.of(tally)).requireAllAccepted();
                return findings(tally, ready, seconds, watch, start, memory);
            }
        }
    }

    private Findings findings(Tally tally, double ready, double seconds, LagWatch watch, long start, Table memory) {
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
                List.of(table, memory),
                table,
                List.of(Plot.lines(name, "Catching up: events left", "s", "events", lag)));
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
