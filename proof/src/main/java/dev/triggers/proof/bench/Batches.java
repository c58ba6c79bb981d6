package dev.triggers.proof.bench;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** NDJSON batches into the log, nothing behind it running, beside a bare producer of the same records. */
final class Batches implements Scenario {

    private static final int EVENTS = 500;
    private static final int CONNECTIONS = 16;
    private static final int SECONDS = 5;
    private static final Duration FIRST_WARM_UP = Duration.ofSeconds(20);
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    private record Run(int round, Tally tally, double bare) {}

    @Override
    public String name() {
        return "batches";
    }

    @Override
    public String group() {
        return "http";
    }

    @Override
    public String what() {
        return "NDJSON batches of 500 into the log, beside a bare producer; then drained";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        int rounds = bench.options().rounds();
        bench.progress().begin(name(), rounds * 2 + 3);
        Pipeline pipeline = bench.pipeline();
        pipeline.pause();
        List<Org> orgs = pipeline.orgs(bench.few(SinglePost.ORGS, SinglePost.SMOKE));
        URI ingest = pipeline.ingest().address();
        Posts posts = Posts.batches(ingest, orgs, EVENTS);
        List<Run> runs = new ArrayList<>();
        List<Tally> all = new ArrayList<>();
        try (Reconciliation reconciliation = new Reconciliation(pipeline).of(orgs)) {
            bench.progress().step("warm-up");
            all.add(ClosedLoad.run(ingest, posts, size(Duration.ZERO, bench.shorter(FIRST_WARM_UP)))
                    .requireAllTaken());
            for (int round = 1; round <= rounds; round++) {
                bench.progress().step("round " + round + ": a bare producer");
                double bare = BareProducer.perSecond(bench, bench.seconds(SECONDS));
                bench.progress().step("round " + round + ": batches");
                Tally tally = ClosedLoad.run(ingest, posts, size(bench.shorter(WARM_UP), bench.seconds(SECONDS)))
                        .requireAllTaken();
                runs.add(new Run(round, tally, bare));
                all.add(tally);
            }
            bench.progress().step("all of it is drained and counted");
            pipeline.keepUp();
            return findings(bench, runs, reconciliation.follow(all).requireAllAccepted());
        }
    }

    private static ClosedLoad.Size size(Duration warmUp, Duration measured) {
        return ClosedLoad.Size.of(CONNECTIONS, warmUp, measured);
    }

    private static Findings findings(Bench bench, List<Run> runs, Reconciliation.Balance balance) {
        Spread ours = Spread.of(
                runs.stream().map(run -> run.tally().eventsPerSecond()).toList());
        Spread bare = Spread.of(runs.stream().map(Run::bare).toList());
        Table table = new Table(
                "Batches of 500",
                "Median of " + bench.options().rounds() + " rounds (least–most) of "
                        + bench.seconds(SECONDS).toSeconds() + " s, " + CONNECTIONS
                        + " connections, closed loop; processor and projector not running. Then all "
                        + balance.submissions() + " submissions were drained and found, each once.",
                List.of("", "events/s", "÷ a bare producer", "request p50, ms", "p99, ms"),
                List.of(
                        List.of(
                                "POST /v1/events/batch",
                                ours,
                                ours.median() / bare.median(),
                                Spread.of(runs.stream()
                                        .map(run -> run.tally().millis(50))
                                        .toList()),
                                Spread.of(runs.stream()
                                        .map(run -> run.tally().millis(99))
                                        .toList())),
                        List.of("a bare producer", bare, 1.0, "", "")));
        Table each = new Table(
                "Batches, every run",
                "",
                List.of("round", "events_per_s", "bare_per_s", "p50_ms", "p99_ms", "answers"),
                runs.stream()
                        .map(run -> List.<Object>of(
                                run.round(),
                                run.tally().eventsPerSecond(),
                                run.bare(),
                                run.tally().millis(50),
                                run.tally().millis(99),
                                run.tally().statuses()))
                        .toList());
        return new Findings(List.of(table), each);
    }
}
