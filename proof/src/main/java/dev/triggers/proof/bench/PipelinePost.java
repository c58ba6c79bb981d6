package dev.triggers.proof.bench;

import java.time.Duration;
import java.util.List;

/** One event a request while everything behind the log runs and keeps up, beside an empty POST. */
final class PipelinePost implements Scenario {

    private static final int SECONDS = 10;
    private static final Duration FIRST_WARM_UP = Duration.ofSeconds(60);
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    /** What may be on its way: a load that is further ahead waits. */
    @Override
    public String name() {
        return "pipeline-post";
    }

    @Override
    public String group() {
        return "http";
    }

    @Override
    public String what() {
        return "one event a request at 200 connections, with the whole pipeline keeping up, beside an empty POST";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        int rounds = bench.options().rounds();
        bench.progress().begin(name(), rounds * 2 + 3);
        Pipeline pipeline = bench.pipeline();
        List<Org> orgs = pipeline.orgs(bench.few(SinglePost.ORGS, SinglePost.SMOKE));
        pipeline.keepUp();
        Comparison comparison = new Comparison();
        try (References references = new References(bench);
                Reconciliation reconciliation = new Reconciliation(pipeline).of(orgs)) {
            List<Contender> empty = List.of(references.empty());
            new Comparison().round(bench, 1, empty, size(bench, Duration.ZERO, bench.shorter(FIRST_WARM_UP)));
            for (int round = 1; round <= rounds; round++) {
                comparison.round(bench, round, empty, size(bench, bench.shorter(WARM_UP), bench.seconds(SECONDS)));
                bench.progress().step("round " + round + ": " + SinglePost.OURS);
                Duration warmUp = bench.shorter(round == 1 ? FIRST_WARM_UP : WARM_UP);
                Tally ours = keptUpWith(bench, pipeline, orgs, reconciliation, warmUp);
                comparison.add(round, SinglePost.OURS, ours);
                reconciliation.follow(List.of(ours)).requireAllAccepted();
            }
        }
        return findings(bench, comparison);
    }

    private static Tally keptUpWith(
            Bench bench, Pipeline pipeline, List<Org> orgs, Reconciliation reconciliation, Duration warmUp)
            throws Exception {
        Posts posts = Posts.single(pipeline.ingest().address(), orgs);
        ClosedLoad.Size size = size(bench, warmUp, bench.seconds(SECONDS));
        try (PacedLoad load = new PacedLoad(pipeline, reconciliation, posts, size)) {
            return load.run();
        }
    }

    private static ClosedLoad.Size size(Bench bench, Duration warmUp, Duration measured) {
        return ClosedLoad.Size.of(bench.few(SinglePost.CONNECTIONS, SinglePost.SMOKE), warmUp, measured);
    }

    private static Findings findings(Bench bench, Comparison comparison) {
        List<String> names = comparison.names();
        return new Findings(
                List.of(comparison.table(
                        "Single POST, the pipeline keeping up",
                        "Median of " + bench.options().rounds() + " rounds (least–most) of "
                                + bench.seconds(SECONDS).toSeconds() + " s, closed loop at "
                                + bench.few(SinglePost.CONNECTIONS, SinglePost.SMOKE)
                                + " connections; the load waits while more than " + PacedLoad.MOST_LAG
                                + " events are on their way. Every submission was found in the inbox, once.",
                        names,
                        List.of(References.EMPTY))),
                comparison.each("Single POST, the pipeline keeping up, every run"),
                List.of(comparison.percentiles("pipeline-post-latency", "Keeping up: latency", names)));
    }
}
