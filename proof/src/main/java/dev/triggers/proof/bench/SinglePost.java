package dev.triggers.proof.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One event a request, nothing behind the log running: what the way into the log costs beside servers that do less. */
final class SinglePost implements Scenario {

    static final String OURS = "POST /v1/events";
    static final int ORGS = 100;
    static final int CONNECTIONS = 200;
    static final int SMOKE = 8;

    private static final int SECONDS = 12;
    private static final Duration FIRST_WARM_UP = Duration.ofSeconds(20);
    private static final Duration WARM_UP = Duration.ofMillis(500);

    @Override
    public String name() {
        return "single-post";
    }

    @Override
    public String group() {
        return "http";
    }

    @Override
    public String what() {
        return "one event a request at 200 connections, beside an empty POST and plain controllers; then drained";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        int rounds = bench.options().rounds();
        ClosedLoad.Size size = size(bench, bench.shorter(WARM_UP), bench.seconds(SECONDS));
        int warmUps = 4 + bench.options().peers().size();
        bench.progress().begin(name(), warmUps + rounds * (Comparison.turns(size) + 1) + 2);
        Pipeline pipeline = bench.pipeline();
        pipeline.pause();
        List<Org> orgs = pipeline.orgs(bench.few(ORGS, SMOKE));
        Posts posts = Posts.single(pipeline.ingest().address(), orgs);
        Comparison comparison = new Comparison();
        List<Wrk.Result> others = new ArrayList<>();
        try (References references = new References(bench);
                Reconciliation reconciliation = new Reconciliation(pipeline).of(orgs)) {
            List<Contender> contenders = Stream.concat(
                            Stream.of(
                                    references.empty(),
                                    references.plain(),
                                    new Contender(OURS, pipeline.ingest().address(), posts),
                                    references.byOrg(orgs)),
                            references.peers().stream())
                    .toList();
            Comparison warmUp = new Comparison();
            warmUp.round(bench, 1, contenders, size(bench, Duration.ZERO, bench.shorter(FIRST_WARM_UP)));
            for (int round = 1; round <= rounds; round++) {
                comparison.turns(bench, round, contenders, size);
                secondOpinion(bench, posts, others);
            }
            bench.progress().step("all of it is drained and counted");
            return drained(bench, pipeline, comparison, warmUp, others, reconciliation);
        }
    }

    private static ClosedLoad.Size size(Bench bench, Duration warmUp, Duration measured) {
        return ClosedLoad.Size.of(bench.few(CONNECTIONS, SMOKE), warmUp, measured);
    }

    private static void secondOpinion(Bench bench, Posts posts, List<Wrk.Result> others) throws Exception {
        if (Wrk.installed() && !bench.options().smoke()) {
            bench.progress().step("wrk");
            others.add(Wrk.run(bench, posts, CONNECTIONS, bench.seconds(SECONDS)));
        }
    }

    private Findings drained(
            Bench bench,
            Pipeline pipeline,
            Comparison comparison,
            Comparison warmUp,
            List<Wrk.Result> others,
            Reconciliation reconciliation)
            throws Exception {
        long logged = reconciliation.logged();
        pipeline.keepUp();
        long start = System.nanoTime();
        long before = reconciliation.projected();
        List<Tally> ours = Stream.concat(warmUp.of(OURS).stream(), comparison.of(OURS).stream())
                .toList();
        long others202 = others.stream().mapToLong(Wrk.Result::taken).sum();
        long mayBe = others.stream()
                .mapToLong(other -> other.taken() + other.refused() + other.broken() + CONNECTIONS)
                .sum();
        Reconciliation.Balance balance = reconciliation.follow(ours, mayBe).requireAllAccepted();
        if (balance.unanswered() < others202) {
            throw new IllegalStateException("in the log without a receipt: " + balance.unanswered() + " (expected: "
                    + others202 + " and up, which wrk was answered)");
        }
        double drainedPerSecond = (logged - before) * 1e9 / (System.nanoTime() - start);
        return findings(bench, comparison, others, balance, drainedPerSecond);
    }

    private Findings findings(
            Bench bench,
            Comparison comparison,
            List<Wrk.Result> others,
            Reconciliation.Balance balance,
            double drainedPerSecond) {
        List<String> names = comparison.names();
        Table table = comparison.table(
                "Single POST",
                "Median of " + bench.options().rounds() + " rounds (least–most) of "
                        + bench.seconds(SECONDS).toSeconds() + " s, in turns of two whose order is by chance, "
                        + bench.few(CONNECTIONS, SMOKE)
                        + " connections, closed loop; processor and projector not running. Then all "
                        + balance.submissions() + " submissions were drained and found, each once, at "
                        + Table.shown(drainedPerSecond) + " a second, the counting included."
                        + (Wrk.installed() ? "" : " " + Wrk.MISSING),
                names,
                List.of(References.EMPTY, References.PLAIN, References.BY_ORG));
        List<Table> tables = new ArrayList<>(List.of(table));
        if (!others.isEmpty()) {
            tables.add(opinion(others, comparison));
        }
        return new Findings(
                tables,
                comparison.each("Single POST, every run"),
                List.of(
                        comparison.throughput("single-post-throughput", "Single POST: requests a second", names),
                        comparison.percentiles("single-post-latency", "Single POST: latency", names)));
    }

    private static Table opinion(List<Wrk.Result> others, Comparison comparison) {
        return new Table(
                "Single POST, second opinion",
                "",
                List.of("measured by", "requests/s", "p50, ms", "p99, ms"),
                List.of(
                        List.of(
                                "this harness",
                                comparison.spread(OURS, Tally::perSecond),
                                comparison.spread(OURS, tally -> tally.millis(50)),
                                comparison.spread(OURS, tally -> tally.millis(99))),
                        List.of(
                                "wrk",
                                Spread.of(others.stream()
                                        .map(Wrk.Result::perSecond)
                                        .toList()),
                                Spread.of(others.stream().map(Wrk.Result::p50).toList()),
                                Spread.of(others.stream().map(Wrk.Result::p99).toList()))));
    }
}
