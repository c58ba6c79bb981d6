package dev.triggers.proof.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** Closed load on several servers in turn, round after round. */
final class Comparison {

    private static final Duration TURN = Duration.ofSeconds(2);

    /** A load on one of them. */
    record Run(int round, String name, Tally tally) {}

    private final List<Run> runs = new ArrayList<>();

    /** Loads each of them once, the order reversed in every other round. */
    void round(Bench bench, int round, List<Contender> contenders, ClosedLoad.Size size) throws IOException {
        for (Contender contender : round % 2 == 1 ? contenders : contenders.reversed()) {
            bench.progress().step("round " + round + ": " + contender.name());
            add(round, contender.name(), ClosedLoad.run(contender.server(), contender.requests(), size));
        }
    }

    /**
     * Loads each of them for as long in short turns, whose order is by chance, since the speed of a machine that others use too
     * changes within half a minute. Each turn is its own time of warm-up and two measured seconds, or less where it is not to be
     * more altogether.
     *
     * @param size of one turn but for what is measured, which is of all turns
     */
    void turns(Bench bench, int round, List<Contender> contenders, ClosedLoad.Size size) throws IOException {
        int turns = turns(size);
        ClosedLoad.Size turn = ClosedLoad.Size.of(
                size.connections(), size.warmUp(), size.measured().dividedBy(turns));
        Map<Contender, Tally> tallies = new LinkedHashMap<>();
        contenders.forEach(contender -> tallies.put(contender, new Tally()));
        List<Contender> order = new ArrayList<>(contenders);
        Random chance = new Random(round);
        for (int i = 1; i <= turns; i++) {
            bench.progress().step("round " + round + ": turn " + i + " of " + turns);
            Collections.shuffle(order, chance);
            for (Contender contender : order) {
                ClosedLoad.turn(
                        contender.server(), contender.requests(), turn, Objects.requireNonNull(tallies.get(contender)));
            }
        }
        tallies.forEach((contender, tally) -> add(round, contender.name(), tally));
    }

    /** So many turns each has in {@link #turns}. */
    static int turns(ClosedLoad.Size size) {
        return (int) Math.max(1, size.measured().dividedBy(TURN));
    }

    void add(int round, String name, Tally tally) {
        runs.add(new Run(round, name, tally));
    }

    List<Tally> of(String name) {
        return runs.stream()
                .filter(run -> run.name().equals(name))
                .map(Run::tally)
                .toList();
    }

    List<String> names() {
        return runs.stream().map(Run::name).distinct().sorted().toList();
    }

    Spread spread(String name, ToDoubleFunction<Tally> figure) {
        return Spread.of(of(name).stream().map(figure::applyAsDouble).toList());
    }

    /** Requests/s, each round's divided by the other's in that round: between rounds the machine may be another. */
    private Spread ratio(String name, String to) {
        Map<Integer, Double> others = perSecond(to);
        return Spread.of(perSecond(name).entrySet().stream()
                .map(run -> run.getValue() / Objects.requireNonNull(others.get(run.getKey())))
                .toList());
    }

    /** By round. */
    private Map<Integer, Double> perSecond(String name) {
        return runs.stream()
                .filter(run -> run.name().equals(name))
                .collect(Collectors.toMap(Run::round, run -> run.tally().perSecond()));
    }

    /**
     * A row for each, in this order.
     *
     * @param to those by which requests/s are divided, a column each
     */
    Table table(String title, String note, List<String> names, List<String> to) {
        List<String> columns = new ArrayList<>(List.of("", "requests/s"));
        to.forEach(other -> columns.add("÷ " + other));
        columns.addAll(List.of("p50, ms", "p95, ms", "p99, ms", "p99.9, ms", "success, %"));
        return new Table(
                title,
                note,
                columns,
                names.stream()
                        .map(name -> Stream.of(
                                        Stream.of(name, spread(name, Tally::perSecond)),
                                        to.stream().map(other -> (Object) ratio(name, other)),
                                        Stream.of(50.0, 95.0, 99.0, 99.9).map(p -> spread(name, t -> t.millis(p))),
                                        Stream.of(spread(name, Tally::successPercent)))
                                .<Object>flatMap(cells -> cells)
                                .toList())
                        .toList());
    }

    /** Every load. */
    Table each(String title) {
        return new Table(
                title,
                "",
                List.of(
                        "round",
                        "server",
                        "requests_per_s",
                        "events_per_s",
                        "p50_ms",
                        "p95_ms",
                        "p99_ms",
                        "p999_ms",
                        "max_ms",
                        "success_percent",
                        "answers"),
                runs.stream()
                        .map(run -> List.<Object>of(
                                run.round(),
                                run.name(),
                                run.tally().perSecond(),
                                run.tally().eventsPerSecond(),
                                run.tally().millis(50),
                                run.tally().millis(95),
                                run.tally().millis(99),
                                run.tally().millis(99.9),
                                run.tally().latency().getMaxValue() / 1e3,
                                run.tally().successPercent(),
                                run.tally().statuses()))
                        .toList());
    }

    /** Latency by percentile, all rounds together. */
    Plot percentiles(String name, String title, List<String> names) {
        Map<String, Histogram> together = new LinkedHashMap<>();
        for (String one : names) {
            Histogram all = Outcomes.histogram();
            of(one).forEach(tally -> all.add(tally.latency()));
            together.put(one, all);
        }
        return Plot.percentiles(name, title, together);
    }

    /** Requests a second, second by second, all rounds one after the other. */
    Plot throughput(String name, String title, List<String> names) {
        Map<String, List<Plot.Point>> lines = new LinkedHashMap<>();
        for (String one : names) {
            List<Plot.Point> points = new ArrayList<>();
            for (Tally tally : of(one)) {
                for (long count : tally.bySecond()) {
                    points.add(new Plot.Point(points.size() + 1, count));
                }
            }
            lines.put(one, points);
        }
        return Plot.lines(name, title, "second", "requests/s", lines);
    }
}
