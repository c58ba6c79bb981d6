package dev.triggers.proof.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The classic of this field: 5,000 requests, 200 at once, everything running; and what it usually does not ask, whether all
 * of them arrived.
 */
final class Seed implements Scenario {

    private static final int REQUESTS = 5_000;
    private static final int WARM_UP_REQUESTS = 40_000;
    private static final Duration WITHIN = Duration.ofMinutes(2);

    /** When all of a round were in the inboxes. */
    private record Arrival(int round, double seconds) {}

    @Override
    public String name() {
        return "seed";
    }

    @Override
    public String group() {
        return "http";
    }

    @Override
    public String what() {
        return "5,000 requests, 200 at once, and whether all 5,000 arrived";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        int rounds = bench.options().rounds();
        bench.progress().begin(name(), rounds * 2 + 6 + bench.options().peers().size());
        Pipeline pipeline = bench.pipeline();
        List<Org> orgs = pipeline.orgs(bench.few(SinglePost.ORGS, SinglePost.SMOKE));
        pipeline.keepUp();
        Contender ours = new Contender(
                SinglePost.OURS,
                pipeline.ingest().address(),
                Posts.single(pipeline.ingest().address(), orgs));
        Comparison cold = new Comparison();
        Comparison comparison = new Comparison();
        List<Arrival> arrivals = new ArrayList<>();
        try (References references = new References(bench);
                Reconciliation reconciliation = new Reconciliation(pipeline).of(orgs)) {
            cold.round(bench, 1, List.of(ours), size(bench, REQUESTS));
            List<Contender> others = Stream.concat(Stream.of(references.plain()), references.peers().stream())
                    .toList();
            warmUp(bench, ours, others, cold);
            reconciliation.follow(cold.of(ours.name())).requireAllAccepted();
            for (int round = 1; round <= rounds; round++) {
                long before = reconciliation.projected();
                long start = System.nanoTime();
                comparison.round(bench, round, List.of(ours), size(bench, REQUESTS));
                long received = comparison.of(ours.name()).getLast().received();
                arrivals.add(new Arrival(round, (reconciliation.awaitProjected(before + received) - start) / 1e9));
                comparison.round(bench, round, others, size(bench, REQUESTS));
            }
            bench.progress().step("all of it is counted");
            Reconciliation.Balance balance =
                    reconciliation.follow(comparison.of(ours.name())).requireAllAccepted();
            return findings(bench, cold.of(ours.name()).getFirst(), comparison, arrivals, balance);
        }
    }

    private static void warmUp(Bench bench, Contender ours, List<Contender> others, Comparison cold) throws Exception {
        Comparison notCounted = new Comparison();
        notCounted.round(bench, 1, List.of(ours), size(bench, bench.many(WARM_UP_REQUESTS)));
        notCounted.of(ours.name()).forEach(tally -> cold.add(1, ours.name(), tally));
        notCounted.round(bench, 1, others, size(bench, bench.many(WARM_UP_REQUESTS)));
    }

    private static ClosedLoad.Size size(Bench bench, int requests) {
        return new ClosedLoad.Size(
                bench.few(SinglePost.CONNECTIONS, SinglePost.SMOKE), Duration.ZERO, WITHIN, bench.few(requests, 500));
    }

    private static Findings findings(
            Bench bench, Tally cold, Comparison comparison, List<Arrival> arrivals, Reconciliation.Balance balance) {
        List<String> names = comparison.names();
        Table table = comparison.table(
                "Seed: 5,000 requests, 200 at once",
                "Median of " + bench.options().rounds() + " rounds (least–most), the whole pipeline running. The first "
                        + "5,000 after the start, cold: " + Table.shown(cold.perSecond()) + " requests/s, p50 "
                        + Table.shown(cold.millis(50)) + " ms, p99 " + Table.shown(cold.millis(99))
                        + " ms. All of each round were in the inboxes "
                        + Spread.of(arrivals.stream().map(Arrival::seconds).toList())
                        + " s after its first request; " + balance.submissions()
                        + " submissions in all, each there once.",
                names,
                List.of(References.PLAIN));
        return new Findings(
                List.of(table),
                comparison.each("Seed, every run"),
                List.of(comparison.percentiles("seed-latency", "Seed: latency", names)));
    }
}
