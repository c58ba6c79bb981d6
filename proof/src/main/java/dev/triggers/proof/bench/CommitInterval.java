package dev.triggers.proof.bench;

import static java.util.Comparator.comparingInt;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.TopicCreation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** What the commit interval costs in latency and brings in throughput. */
final class CommitInterval implements Scenario {

    private static final List<Interval> INTERVALS = Stream.concat(
                    Stream.of(new Interval(20, 100)),
                    Stream.of(50, 10, 25, 100, 200, 500).map(millis -> new Interval(millis, millis)))
            .toList();
    private static final int ORGS = 48;
    private static final int PER_SECOND = 1_000;
    private static final int SECONDS = 5;
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(1);

    /** Of transactions, and that while little is decided. */
    private record Interval(int earlyMillis, int millis) {

        @Override
        public String toString() {
            return earlyMillis == millis ? Integer.toString(millis) : earlyMillis + " to " + millis;
        }
    }

    private record Run(
            int round, Interval interval, double perSecond, double p50, double p99, double p999, double most) {}

    @Override
    public String name() {
        return "commit-interval";
    }

    @Override
    public String group() {
        return "processor";
    }

    @Override
    public String what() {
        return "throughput on a full log and latency at 1,000 events/s, for seven commit intervals";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        List<Interval> intervals = bench.some(INTERVALS).stream()
                .sorted(comparingInt(Interval::millis).thenComparingInt(Interval::earlyMillis))
                .toList();
        bench.progress().begin(name(), bench.options().rounds() * intervals.size() * 2 + 2);
        TopicCreation.ensureAllWhenPossible(bench.kafka(), Bench.PARTITIONS, 1);
        List<Run> runs = new ArrayList<>();
        try (Outcomes outcomes = new Outcomes(bench.kafka());
                Submissions filling = new Submissions(bench.kafka(), Duration.ofMillis(5));
                Submissions load = new Submissions(bench.kafka(), Duration.ZERO)) {
            outcomes.awaitBalance(SETTLED_WITHIN);
            List<OrgId> orgs = Submissions.orgs(ORGS);
            Drain.warmUp(bench, outcomes, filling, orgs);
            for (int round = 1; round <= bench.options().rounds(); round++) {
                for (Interval interval : round % 2 == 1 ? intervals : intervals.reversed()) {
                    runs.add(run(bench, round, interval, orgs, outcomes, filling, load));
                }
            }
            outcomes.requireAllAccepted();
        }
        return findings(intervals, runs, bench);
    }

    private static Run run(
            Bench bench,
            int round,
            Interval interval,
            List<OrgId> orgs,
            Outcomes outcomes,
            Submissions filling,
            Submissions load)
            throws InterruptedException {
        bench.progress().step(interval + " ms, round " + round + ": a full log");
        long before = outcomes.arrived().count();
        int fill = bench.many(Drain.FILL);
        filling.fill(fill, i -> orgs.get((int) (i % orgs.size())));
        long start = System.nanoTime();
        try (ServiceProcess _ = Processor.named(bench, "a")
                .every(Duration.ofMillis(interval.millis()), Duration.ofMillis(interval.earlyMillis()))
                .launch(bench)) {
            double perSecond = Drain.perSecond(outcomes, before, fill, start);

            bench.progress().step(interval + " ms, round " + round + ": 1,000 a second");
            Histogram latency = Outcomes.histogram();
            Duration warmUp = bench.options().smoke() ? Duration.ZERO : WARM_UP;
            outcomes.measure(orgs, System.nanoTime() + warmUp.toNanos(), latency);
            load.atRate(
                    PER_SECOND, warmUp.plus(bench.seconds(SECONDS)), i -> orgs.get((int) (i % orgs.size())), _ -> true);
            outcomes.awaitBalance(SETTLED_WITHIN);
            return new Run(
                    round,
                    interval,
                    perSecond,
                    millis(latency, 50),
                    millis(latency, 99),
                    millis(latency, 99.9),
                    latency.getMaxValue() / 1e3);
        }
    }

    private static double millis(Histogram latency, double percentile) {
        return latency.getValueAtPercentile(percentile) / 1e3;
    }

    private static Findings findings(List<Interval> intervals, List<Run> runs, Bench bench) {
        List<List<Object>> rows = intervals.stream()
                .map(interval -> List.<Object>of(
                        interval.toString(),
                        spread(runs, interval, Run::perSecond),
                        spread(runs, interval, Run::p50),
                        spread(runs, interval, Run::p99),
                        spread(runs, interval, Run::p999)))
                .toList();
        Table table = new Table(
                "Commit interval",
                "Median of " + bench.options().rounds() + " rounds (least–most). " + bench.many(Drain.FILL)
                        + " submissions on a full log, of which the second half is timed; latency from when an event was due until it is visible on accepted,"
                        + " at 1,000 a second for " + bench.seconds(SECONDS).toSeconds() + " s.",
                List.of("interval, ms", "decided/s", "p50, ms", "p99, ms", "p99.9, ms"),
                rows);
        Table each = new Table(
                "Commit interval, every run",
                "",
                List.of("round", "interval_ms", "decided_per_s", "p50_ms", "p99_ms", "p999_ms", "max_ms"),
                runs.stream()
                        .map(run -> List.<Object>of(
                                run.round(),
                                run.interval().toString(),
                                run.perSecond(),
                                run.p50(),
                                run.p99(),
                                run.p999(),
                                run.most()))
                        .toList());
        return new Findings(List.of(table), each);
    }

    private static Spread spread(List<Run> runs, Interval interval, ToDoubleFunction<Run> figure) {
        return Spread.of(runs.stream()
                .filter(run -> run.interval().equals(interval))
                .map(figure::applyAsDouble)
                .toList());
    }
}
