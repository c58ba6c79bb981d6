package dev.triggers.proof.bench;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.limit.Tier;
import dev.triggers.common.limit.TokenBucket;
import dev.triggers.common.wire.TopicCreation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongPredicate;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** What one organisation carries, and what its flood does to others: of the same partition and of another. */
final class HotOrg implements Scenario {

    private static final int ORGS = 48;
    private static final int VICTIM_PER_SECOND = 100;
    private static final int SECONDS = 5;
    private static final int SMOKE_FLOOD_PER_SECOND = 2_000;
    private static final int HOT = 5;
    private static final int ELSEWHERE = 6;
    private static final Duration WARM_UP = Duration.ofMillis(500);
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(3);

    /** A flood as it is let through. */
    private enum Flood {
        NONE("none"),
        STRAIGHT("edge limit off: all of it"),
        BUSINESS("edge limit on: 10,000 a minute, its burst first"),
        ENTERPRISE("edge limit on: 100,000 a minute, its burst spent");

        private final String words;

        Flood(String words) {
            this.words = words;
        }

        /** Whether the edge lets an event through that is due so many nanoseconds after the start. */
        LongPredicate edge() {
            return switch (this) {
                case NONE -> _ -> false;
                case STRAIGHT -> _ -> true;
                case BUSINESS -> limited(Tier.BUSINESS, true);
                case ENTERPRISE -> limited(Tier.ENTERPRISE, false);
            };
        }

        private static LongPredicate limited(Tier tier, boolean full) {
            if (!(tier.limit() instanceof PerMinute limit)) {
                return _ -> true;
            }
            TokenBucket[] bucket = {full ? TokenBucket.full(limit, 0) : new TokenBucket(0, 0)};
            return nanos -> {
                bucket[0] = bucket[0].at(limit, nanos / 1_000_000);
                boolean has = bucket[0].has(0);
                bucket[0] = has ? bucket[0].taken() : bucket[0];
                return has;
            };
        }
    }

    private record Carried(String what, double perSecond) {}

    private record Run(
            Flood flood, long appended, double p50, double p99, double most, double otherP50, double otherP99) {}

    @Override
    public String name() {
        return "hot-org";
    }

    @Override
    public String group() {
        return "processor";
    }

    @Override
    public String what() {
        return "what one organisation carries, and how much its flood delays others";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        int rounds = bench.options().rounds();
        bench.progress().begin(name(), rounds * (2 + floods(bench).size()) + 2);
        TopicCreation.ensureAllWhenPossible(bench.kafka(), Bench.PARTITIONS, 1);
        List<Carried> carried = new ArrayList<>();
        List<Run> runs = new ArrayList<>();
        try (Outcomes outcomes = new Outcomes(bench.kafka());
                Submissions flooding = new Submissions(bench.kafka(), Duration.ofMillis(5));
                Submissions others = new Submissions(bench.kafka(), Duration.ZERO)) {
            outcomes.awaitBalance(SETTLED_WITHIN);
            Drain.warmUp(bench, outcomes, flooding, Submissions.orgs(ORGS));
            for (int round = 1; round <= rounds && !bench.options().smoke(); round++) {
                carried.add(carried(bench, "one organisation", Submissions.orgsIn(HOT, 1), outcomes, flooding));
                carried.add(carried(bench, "48 organisations", Submissions.orgs(ORGS), outcomes, flooding));
            }
            double flood = carried.isEmpty()
                    ? SMOKE_FLOOD_PER_SECOND
                    : 2 * spread(carried, "one organisation").median();
            try (ServiceProcess _ = Processor.named(bench, "a").start(bench)) {
                for (int round = 1; round <= rounds; round++) {
                    for (Flood one : floods(bench)) {
                        bench.progress().step("flood, round " + round + ": " + one.words);
                        runs.add(flood(bench, one, flood, outcomes, flooding, others));
                    }
                }
            }
            outcomes.requireAllAccepted();
        }
        return findings(carried, runs, bench);
    }

    private static List<Flood> floods(Bench bench) {
        return bench.options().smoke() ? List.of(Flood.STRAIGHT, Flood.BUSINESS) : List.of(Flood.values());
    }

    private static Carried carried(Bench bench, String what, List<OrgId> orgs, Outcomes outcomes, Submissions load)
            throws InterruptedException {
        bench.progress().step("a full log of " + what);
        long before = outcomes.arrived().count();
        int fill = bench.many(Drain.FILL);
        load.fill(fill, i -> orgs.get((int) (i % orgs.size())));
        long start = System.nanoTime();
        try (ServiceProcess _ = Processor.named(bench, "a").launch(bench)) {
            double perSecond = Drain.perSecond(outcomes, before, fill, start);
            outcomes.awaitBalance(SETTLED_WITHIN);
            return new Carried(what, perSecond);
        }
    }

    private static Run flood(
            Bench bench, Flood flood, double perSecond, Outcomes outcomes, Submissions flooding, Submissions others)
            throws Exception {
        OrgId hot = Submissions.orgsIn(HOT, 1).getFirst();
        OrgId victim = Submissions.orgsIn(HOT, 1).getFirst();
        OrgId elsewhere = Submissions.orgsIn(ELSEWHERE, 1).getFirst();
        Histogram same = Outcomes.histogram();
        Histogram other = Outcomes.histogram();
        long measured = System.nanoTime() + WARM_UP.toNanos();
        outcomes.measure(List.of(victim), measured, same);
        outcomes.measure(List.of(elsewhere), measured, other);
        Duration duration = WARM_UP.plus(bench.seconds(SECONDS));
        long appended = 0;
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Long> flooded = threads.submit(() -> flooding.atRate(perSecond, duration, _ -> hot, flood.edge()));
            others.atRate(2 * VICTIM_PER_SECOND, duration, i -> i % 2 == 0 ? victim : elsewhere, _ -> true);
            appended = flooded.get();
        }
        outcomes.awaitBalance(SETTLED_WITHIN);
        return new Run(
                flood,
                appended,
                millis(same, 50),
                millis(same, 99),
                same.getMaxValue() / 1e3,
                millis(other, 50),
                millis(other, 99));
    }

    private static double millis(Histogram latency, double percentile) {
        return latency.getValueAtPercentile(percentile) / 1e3;
    }

    private static Findings findings(List<Carried> carried, List<Run> runs, Bench bench) {
        Table capacity = new Table(
                "What one organisation carries",
                "Median of " + bench.options().rounds() + " rounds (least–most), " + bench.many(Drain.FILL)
                        + " submissions on a full log, of which the second half is timed, two threads. One organisation is one partition and one thread.",
                List.of("on the log", "decided/s"),
                carried.stream()
                        .map(Carried::what)
                        .distinct()
                        .map(what -> List.<Object>of(what, spread(carried, what)))
                        .toList());
        long seconds = bench.seconds(SECONDS).plus(WARM_UP).toMillis();
        Table floods = new Table(
                "What a flood by one organisation does to others",
                "Each of the others sends 100 events a second; latency from when an event was due until it is visible on"
                        + " accepted. The flood is twice what one organisation carries, for " + seconds
                        + " ms; with the edge limit off the delay grows as long as it lasts.",
                List.of(
                        "flood",
                        "of it in the log",
                        "same partition p50, ms",
                        "p99, ms",
                        "another partition p50, ms",
                        "another p99, ms"),
                floods(bench).stream()
                        .map(flood -> List.<Object>of(
                                flood.words,
                                spread(runs, flood, run -> (double) run.appended()),
                                spread(runs, flood, Run::p50),
                                spread(runs, flood, Run::p99),
                                spread(runs, flood, Run::otherP50),
                                spread(runs, flood, Run::otherP99)))
                        .toList());
        Table each = new Table(
                "Flood, every run",
                "",
                List.of("flood", "appended", "p50_ms", "p99_ms", "max_ms", "elsewhere_p50_ms", "elsewhere_p99_ms"),
                runs.stream()
                        .map(run -> List.<Object>of(
                                run.flood().name(),
                                run.appended(),
                                run.p50(),
                                run.p99(),
                                run.most(),
                                run.otherP50(),
                                run.otherP99()))
                        .toList());
        return new Findings(carried.isEmpty() ? List.of(floods) : List.of(capacity, floods), each);
    }

    private static Spread spread(List<Carried> carried, String what) {
        return Spread.of(carried.stream()
                .filter(one -> one.what().equals(what))
                .map(Carried::perSecond)
                .toList());
    }

    private static Spread spread(List<Run> runs, Flood flood, ToDoubleFunction<Run> figure) {
        return Spread.of(runs.stream()
                .filter(run -> run.flood() == flood)
                .map(figure::applyAsDouble)
                .toList());
    }
}
