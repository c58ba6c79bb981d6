package dev.triggers.proof.bench;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** How long an event takes at a steady rate: until its POST is answered, and from there until a consumer has it. */
final class Latency implements Scenario {

    /** One who has all of it, a few, and many of whom each hardly ever has two events waiting. */
    private static final List<Integer> CONSUMERS = List.of(1, 10, 50);

    private static final int CONNECTIONS = 64;
    private static final int PER_SECOND = 1_000;
    private static final double PERCENT = 100;
    private static final int SMOKE_PER_SECOND = 100;
    private static final int SECONDS = 20;
    private static final Duration PIECE = Duration.ofSeconds(20);
    private static final Duration FIRST_WARM_UP = Duration.ofSeconds(60);
    private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(5);
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(30);

    /**
     * @param onTopic from the answer to the POST until a subscriber has it, {@code visible} until a consumer has it
     * @param compilers share of all cores that JIT compilers had meanwhile
     */
    private record Run(
            int consumers,
            int round,
            Tally posts,
            Histogram onTopic,
            Histogram visible,
            String turnedAway,
            double compilers) {}

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String group() {
        return "http";
    }

    @Override
    public String what() {
        return "open loop at 1,000 events/s: POST answered, from there until it is on the topic, and until a long poll has it";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        int rounds = bench.options().rounds();
        bench.progress().begin(name(), rounds * CONSUMERS.size() + 3);
        Pipeline pipeline = bench.pipeline();
        List<Org> orgs = pipeline.orgs(bench.few(Collections.max(CONSUMERS), SinglePost.SMOKE));
        pipeline.keepUp();
        List<Run> runs = new ArrayList<>();
        try (Reconciliation reconciliation = new Reconciliation(pipeline).of(orgs)) {
            warmUp(bench, pipeline, orgs, reconciliation);
            for (int round = 1; round <= rounds; round++) {
                for (int consumers : CONSUMERS) {
                    bench.progress().step("round " + round + ", " + consumers + " consumers");
                    List<Org> some = orgs.subList(0, Math.min(consumers, orgs.size()));
                    Run run = run(bench, round, size(bench, bench.shorter(WARM_UP)), pipeline, some);
                    runs.add(run);
                    reconciliation.follow(List.of(run.posts())).requireAllAccepted();
                }
            }
            bench.progress().step("all of it was counted");
        }
        return findings(bench, runs);
    }

    /** At full speed, since compilers count calls: at the rate that is measured they take minutes. And until they are quiet. */
    private static void warmUp(Bench bench, Pipeline pipeline, List<Org> orgs, Reconciliation reconciliation)
            throws Exception {
        bench.progress().step("warm-up");
        Posts posts = Posts.single(pipeline.ingest().address(), orgs);
        try (InboxTail _ = new InboxTail(pipeline.projector().address(), orgs, _ -> {})) {
            Compilers.quieten(
                    bench,
                    bench.shorter(PIECE),
                    bench.shorter(FIRST_WARM_UP),
                    bench.shorter(LONGEST_WARM_UP),
                    time -> warmUp(
                            pipeline, reconciliation, posts, ClosedLoad.Size.of(CONNECTIONS, Duration.ZERO, time)));
        }
    }

    private static void warmUp(Pipeline pipeline, Reconciliation reconciliation, Posts posts, ClosedLoad.Size size)
            throws Exception {
        try (PacedLoad load = new PacedLoad(pipeline, reconciliation, posts, size)) {
            reconciliation.follow(List.of(load.run())).requireAllAccepted();
        }
    }

    private static OpenLoad.Size size(Bench bench, Duration warmUp) {
        return new OpenLoad.Size(CONNECTIONS, bench.few(PER_SECOND, SMOKE_PER_SECOND), warmUp, bench.seconds(SECONDS));
    }

    private static Run run(Bench bench, int round, OpenLoad.Size size, Pipeline pipeline, List<Org> orgs)
            throws Exception {
        URI ingest = pipeline.ingest().address();
        int count = Math.toIntExact(size.count());
        long first = ClosedLoad.numbers(count);
        AtomicLongArray answered = new AtomicLongArray(count);
        AtomicLongArray onTopic = new AtomicLongArray(count);
        AtomicLongArray seen = new AtomicLongArray(count);
        OpenLoad load = new OpenLoad(
                ingest,
                Posts.single(ingest, orgs),
                size,
                first,
                number -> answered.set((int) (number - first), System.nanoTime()));
        Compilers compilers = new Compilers(bench);
        try (InboxTail tail = new InboxTail(
                        pipeline.projector().address(), orgs, number -> note(seen, number - first, System.nanoTime()));
                TopicTail _ =
                        new TopicTail(pipeline.kafka(), number -> note(onTopic, number - first, System.nanoTime()))) {
            Tally posts = load.run().requireAllTaken();
            Wait.until(
                    "a consumer and a subscriber have seen every event", SEEN_WITHIN, () -> all(seen) && all(onTopic));
            int warmUp = (int) (size.perSecond() * size.warmUp().toNanos() / 1e9);
            return new Run(
                    orgs.size(),
                    round,
                    posts,
                    between(answered, onTopic, warmUp),
                    between(answered, seen, warmUp),
                    tail.turnedAway(),
                    compilers.share());
        }
    }

    /** In microseconds; what was seen before its POST was answered took no time. */
    private static Histogram between(AtomicLongArray answered, AtomicLongArray seen, int from) {
        Histogram times = Outcomes.histogram();
        for (int i = from; i < seen.length(); i++) {
            times.recordValue(Math.max(0, (seen.get(i) - answered.get(i)) / 1_000));
        }
        return times;
    }

    /** Only what this run sends, and only the first time: what is not acknowledged in time is shown again. */
    private static void note(AtomicLongArray seen, long index, long nanos) {
        if (index >= 0 && index < seen.length()) {
            seen.compareAndSet((int) index, 0, nanos);
        }
    }

    private static boolean all(AtomicLongArray seen) {
        for (int i = seen.length() - 1; i >= 0; i--) {
            if (seen.get(i) == 0) {
                return false;
            }
        }
        return true;
    }

    private static Findings findings(Bench bench, List<Run> runs) {
        Table table = new Table(
                "Latency at " + bench.few(PER_SECOND, SMOKE_PER_SECOND) + " events/s",
                "Median of " + bench.options().rounds() + " rounds (least–most) of "
                        + bench.seconds(SECONDS).toSeconds()
                        + " s, open loop. As many organisations as consumers, each of"
                        + " which waits, acknowledges and waits again. POST counts from"
                        + " when the request was due; visible from its answer until the consumer has it. Every submission"
                        + " was found in the inbox, once. JIT compilers of all JVMs had "
                        + Table.shown(runs.stream()
                                        .mapToDouble(Run::compilers)
                                        .average()
                                        .orElse(0)
                                * PERCENT)
                        + " % of the machine meanwhile.",
                List.of("", "p50, ms", "p99, ms", "p99.9, ms", "most, ms"),
                of(runs).entrySet().stream()
                        .flatMap(some -> Stream.of(
                                row(
                                        "POST answered, " + some.getKey(),
                                        some.getValue(),
                                        run -> run.posts().latency()),
                                row("on the topic, " + some.getKey(), some.getValue(), Run::onTopic),
                                row("visible by long poll, " + some.getKey(), some.getValue(), Run::visible)))
                        .toList());
        Table each = new Table(
                "Latency, every run",
                "",
                List.of(
                        "consumers",
                        "round",
                        "post_p50_ms",
                        "post_p99_ms",
                        "post_p999_ms",
                        "topic_p50_ms",
                        "topic_p99_ms",
                        "topic_p999_ms",
                        "visible_p50_ms",
                        "visible_p99_ms",
                        "visible_p999_ms",
                        "visible_max_ms",
                        "consumers_turned_away",
                        "compilers_percent",
                        "answers"),
                runs.stream()
                        .map(run -> List.<Object>of(
                                run.consumers(),
                                run.round(),
                                run.posts().millis(50),
                                run.posts().millis(99),
                                run.posts().millis(99.9),
                                millis(run.onTopic(), 50),
                                millis(run.onTopic(), 99),
                                millis(run.onTopic(), 99.9),
                                millis(run.visible(), 50),
                                millis(run.visible(), 99),
                                millis(run.visible(), 99.9),
                                millis(run.visible(), 100),
                                run.turnedAway(),
                                run.compilers() * PERCENT,
                                run.posts().statuses()))
                        .toList());
        return new Findings(List.of(table), each, List.of(plot(runs)));
    }

    /** Runs by what they are called after: how many consumers they had. */
    private static Map<String, List<Run>> of(List<Run> runs) {
        return runs.stream()
                .collect(Collectors.groupingBy(
                        run -> run.consumers() + (run.consumers() == 1 ? " consumer" : " consumers"),
                        LinkedHashMap::new,
                        Collectors.toList()));
    }

    private interface Of {
        Histogram of(Run run);
    }

    private static List<Object> row(String what, List<Run> runs, Of histogram) {
        return List.of(
                what,
                spread(runs, run -> millis(histogram.of(run), 50)),
                spread(runs, run -> millis(histogram.of(run), 99)),
                spread(runs, run -> millis(histogram.of(run), 99.9)),
                spread(runs, run -> millis(histogram.of(run), 100)));
    }

    private static Spread spread(List<Run> runs, ToDoubleFunction<Run> figure) {
        return Spread.of(runs.stream().map(figure::applyAsDouble).toList());
    }

    private static double millis(Histogram latency, double percentile) {
        return latency.getValueAtPercentile(percentile) / 1e3;
    }

    private static Plot plot(List<Run> runs) {
        Map<String, Histogram> together = new LinkedHashMap<>();
        of(runs).forEach((consumers, some) -> some.forEach(run -> {
            together.computeIfAbsent("POST, " + consumers, _ -> Outcomes.histogram())
                    .add(run.posts().latency());
            together.computeIfAbsent("on the topic, " + consumers, _ -> Outcomes.histogram())
                    .add(run.onTopic());
            together.computeIfAbsent("visible, " + consumers, _ -> Outcomes.histogram())
                    .add(run.visible());
        }));
        return Plot.percentiles("latency", "Latency at 1,000 events/s", together);
    }
}
