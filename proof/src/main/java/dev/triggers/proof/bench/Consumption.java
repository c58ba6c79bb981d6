package dev.triggers.proof.bench;

import java.net.URI;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** Consumers that empty inboxes over HTTP as fast as they are served, and the books of it. */
final class Consumption implements Scenario {

    private static final int SECONDS = 5;
    /** Compilers count calls, so most of the warm-up is of many small cycles, which leave more of the rows. */
    private static final Duration SMALL_WARM_UP = Duration.ofSeconds(60);

    private static final int SMALL_AT_ONCE = 5;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final int SMOKE_CONSUMERS = 2;

    /** How a consumer takes messages. */
    private enum Way {
        LEASE,
        PAGE
    }

    /**
     * How much.
     *
     * @param atOnce messages a lease or page
     * @param inboxes each an organisation's; consumers share them evenly
     * @param rows in all inboxes together
     */
    private record Size(int atOnce, int consumers, int inboxes, int rows) {}

    private record Run(int round, long messages, double seconds, Histogram cycles) {

        double messagesPerSecond() {
            return messages / seconds;
        }

        double cyclesPerSecond() {
            return cycles.getTotalCount() / seconds;
        }

        double millis(double percentile) {
            return cycles.getValueAtPercentile(percentile) / 1e3;
        }
    }

    private final String name;
    private final String what;
    private final Way way;
    private final Size size;

    private Consumption(String name, String what, Way way, Size size) {
        this.name = name;
        this.what = what;
        this.way = way;
        this.size = size;
    }

    static Scenario leases() {
        return new Consumption(
                "lease-ack",
                "8 consumers lease 100 and acknowledge them, one inbox",
                Way.LEASE,
                new Size(100, 8, 1, 3_000_000));
    }

    static Scenario singleCycles() {
        return new Consumption(
                "single-cycles",
                "64 consumers lease one message and acknowledge it, one inbox",
                Way.LEASE,
                new Size(1, 64, 1, 500_000));
    }

    static Scenario pages() {
        return new Consumption(
                "page-ack",
                "8 consumers, each with an inbox, read a page of 100 and acknowledge it by ids",
                Way.PAGE,
                new Size(100, 8, 8, 4_000_000));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String group() {
        return "inbox";
    }

    @Override
    public String what() {
        return what;
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        int rounds = bench.options().rounds();
        bench.progress().begin(name, rounds + 3);
        Pipeline pipeline = bench.pipeline();
        List<Org> orgs = pipeline.orgs(size.inboxes());
        bench.progress().step("rows into the log");
        int rows = bench.options().rows(size.rows());
        try (Backlog backlog = new Backlog(bench.kafka());
                Connection connection = pipeline.connect()) {
            backlog.fill(rows, i -> orgs.get((int) (i % orgs.size())).id());
            URI inbox = pipeline.projector().address();
            bench.progress().step("rows into the inbox");
            Backlog.Projected projected = backlog.awaitProjected(connection);
            Acknowledged books = new Acknowledged();
            if (!bench.options().smoke()) {
                run(bench, 0, Math.min(size.atOnce(), SMALL_AT_ONCE), SMALL_WARM_UP, inbox, orgs, books);
                run(bench, 0, size.atOnce(), WARM_UP, inbox, orgs, books);
            }
            List<Run> runs = new ArrayList<>();
            for (int round = 1; round <= rounds && !usedUp(bench, rows, books); round++) {
                bench.progress().step("round " + round);
                Run run = run(bench, round, size.atOnce(), bench.seconds(SECONDS), inbox, orgs, books);
                if (!usedUp(bench, rows, books)) {
                    runs.add(run);
                }
            }
            if (runs.isEmpty()) {
                throw new IllegalStateException(
                        "rows: %,d were acknowledged before a round was over (expected: more, --rows)".formatted(rows));
            }
            bench.progress().step("the books");
            books.requireBalanced(bench.kafka(), connection);
            return findings(bench, rows, runs, projected);
        }
    }

    /** A round in which consumers had nothing left to do for a while says nothing. A smoke run has hardly any rows for any of them. */
    private static boolean usedUp(Bench bench, int rows, Acknowledged books) {
        return !bench.options().smoke() && books.count() >= rows;
    }

    private Run run(Bench bench, int round, int atOnce, Duration time, URI inbox, List<Org> orgs, Acknowledged books)
            throws Exception {
        Histogram cycles = Outcomes.histogram();
        long before = books.count();
        long began = System.nanoTime();
        BooleanSupplier goOn = () -> System.nanoTime() - began < time.toNanos();
        Conversations.run(
                inbox,
                IntStream.range(0, bench.few(size.consumers(), Math.max(SMOKE_CONSUMERS, orgs.size())))
                        .mapToObj(i -> consumer(inbox, orgs.get(i % orgs.size()), atOnce, books, cycles, goOn))
                        .toList());
        return new Run(round, books.count() - before, (System.nanoTime() - began) / 1e9, cycles);
    }

    private Conversations.Consumer consumer(
            URI inbox, Org org, int atOnce, Acknowledged books, Histogram cycles, BooleanSupplier goOn) {
        return switch (way) {
            case LEASE -> new LeaseConsumer(inbox, org, atOnce, books, cycles, goOn);
            case PAGE -> new PageConsumer(inbox, org, atOnce, books, cycles, goOn);
        };
    }

    private Findings findings(Bench bench, int rows, List<Run> runs, Backlog.Projected projected) {
        Table table = new Table(
                "Consumers: " + name,
                "%,d rows. Median of %d rounds (least–most) of %d s%s. A cycle is a %s and its acknowledgement. Every message"
                                .formatted(
                                        rows,
                                        runs.size(),
                                        bench.seconds(SECONDS).toSeconds(),
                                        runs.size() < bench.options().rounds()
                                                ? "; in the next the rows were used up"
                                                : "",
                                        way == Way.LEASE ? "lease" : "page")
                        + " was acknowledged once, as the log and the tables say too. Before, the projector laid the rows"
                        + " down from the log at the last column's rate.",
                List.of("", "messages/s", "cycles/s", "cycle p50, ms", "p99, ms", "projected rows/s"),
                List.of(List.of(
                        what,
                        spread(runs, Run::messagesPerSecond),
                        spread(runs, Run::cyclesPerSecond),
                        spread(runs, run -> run.millis(50)),
                        spread(runs, run -> run.millis(99)),
                        projected.perSecond())));
        Table each = new Table(
                name + ", every run",
                "",
                List.of("round", "messages", "seconds", "messages_per_s", "cycles_per_s", "p50_ms", "p99_ms"),
                runs.stream()
                        .map(run -> List.<Object>of(
                                run.round(),
                                run.messages(),
                                run.seconds(),
                                run.messagesPerSecond(),
                                run.cyclesPerSecond(),
                                run.millis(50),
                                run.millis(99)))
                        .toList());
        return new Findings(List.of(table), each);
    }

    private static Spread spread(List<Run> runs, ToDoubleFunction<Run> figure) {
        return Spread.of(runs.stream().map(figure::applyAsDouble).toList());
    }
}
