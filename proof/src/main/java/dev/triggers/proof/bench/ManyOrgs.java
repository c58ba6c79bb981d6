package dev.triggers.proof.bench;

import dev.triggers.common.event.OrgId;
import java.net.URI;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/** What many organisations, of which few send most, and many inboxes of one cost the writing of rows. */
final class ManyOrgs implements Scenario {

    /** Of its table: rows/s, each round's divided by those of 100 organisations in that round. */
    static final String RATIO = "÷ 100 organisations";

    private static final String OF_FEW = "100 organisations";
    private static final int FEW = 100;
    private static final int MANY = 10_000;
    private static final int INBOXES = 50;
    private static final int ROWS = 400_000;

    private record Run(int round, String what, double rowsPerSecond) {}

    /** Events of some orgs. */
    private record Load(String what, LongFunction<OrgId> of) {}

    @Override
    public String name() {
        return "many-orgs";
    }

    @Override
    public String group() {
        return "inbox";
    }

    @Override
    public String what() {
        return "rows a second into the inboxes: 100 organisations, 10,000 by Zipf, one with 1 inbox and with 50";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        int rounds = bench.options().rounds();
        Pipeline pipeline = bench.pipeline();
        List<Org> hosts = pipeline.orgs(2);
        pipeline.processor();
        URI inbox = pipeline.projector().address();
        bench.progress().begin(name(), rounds * 4 + 2);
        bench.progress().step("inboxes");
        Inboxes.create(inbox, hosts.get(1), bench.few(INBOXES, 3) - 1);
        List<Load> loads = loads(bench, hosts);
        List<Run> runs = new ArrayList<>();
        try (Backlog backlog = new Backlog(bench.kafka());
                Connection connection = pipeline.connect()) {
            for (int round = bench.few(0, 1); round <= rounds; round++) { // the one before the first is warm-up
                for (Load load : round % 2 == 0 ? loads : loads.reversed()) {
                    bench.progress().step("round " + round + ": " + load.what());
                    double rowsPerSecond = measure(bench, pipeline, backlog, connection, load);
                    if (round > 0) {
                        runs.add(new Run(round, load.what(), rowsPerSecond));
                    }
                }
            }
        }
        return findings(bench, loads, runs);
    }

    /** The projector stands still while the log is filled, and is as warm after as before. */
    private static double measure(Bench bench, Pipeline pipeline, Backlog backlog, Connection connection, Load load)
            throws Exception {
        ServiceProcess projector = pipeline.projector();
        Backlog.Look before;
        projector.suspend();
        try {
            backlog.fill(bench.many(ROWS), load.of());
            before = backlog.look(connection);
        } finally {
            projector.resume();
        }
        return backlog.awaitProjected(connection, before).perSecond();
    }

    private static List<Load> loads(Bench bench, List<Org> hosts) {
        List<OrgId> few = Submissions.orgs(FEW);
        List<OrgId> many = Submissions.orgs(bench.many(MANY));
        int[] zipf = zipf(many.size(), ROWS);
        OrgId one = hosts.get(0).id();
        OrgId withMany = hosts.get(1).id();
        return List.of(
                new Load(OF_FEW, i -> few.get((int) (i % few.size()))),
                new Load("10,000 organisations, Zipf", i -> many.get(zipf[(int) (i % zipf.length)])),
                new Load("one organisation, 1 inbox", _ -> one),
                new Load("one organisation, 50 inboxes", _ -> withMany));
    }

    /** So many draws, where the nth is drawn 1/n times as often as the first. The same each time. */
    private static int[] zipf(int kinds, int draws) {
        double[] upTo = new double[kinds];
        double sum = 0;
        for (int i = 0; i < kinds; i++) {
            sum += 1.0 / (i + 1);
            upTo[i] = sum;
        }
        Random random = new Random(10_000);
        int[] drawn = new int[draws];
        for (int i = 0; i < draws; i++) {
            int at = Arrays.binarySearch(upTo, random.nextDouble() * sum);
            drawn[i] = Math.min(kinds - 1, at < 0 ? -at - 1 : at);
        }
        return drawn;
    }

    private static Findings findings(Bench bench, List<Load> loads, List<Run> runs) {
        Table table = new Table(
                "Many organisations, many inboxes",
                "A warm projector catches up with %,d events that stand in the log; median of %d rounds (least–most)."
                        .formatted(bench.many(ROWS), bench.options().rounds()),
                List.of("events of", "rows/s", RATIO),
                loads.stream()
                        .map(load -> List.<Object>of(
                                load.what(),
                                Spread.of(of(runs, load.what())
                                        .map(Run::rowsPerSecond)
                                        .toList()),
                                Spread.of(of(runs, load.what())
                                        .map(run -> run.rowsPerSecond() / inRound(runs, run.round(), OF_FEW))
                                        .toList())))
                        .toList());
        Table each = new Table(
                "Many organisations, every run",
                "",
                List.of("round", "what", "rows_per_s"),
                runs.stream()
                        .map(run -> List.<Object>of(run.round(), run.what(), run.rowsPerSecond()))
                        .toList());
        return new Findings(List.of(table), each);
    }

    private static Stream<Run> of(List<Run> runs, String what) {
        return runs.stream().filter(run -> run.what().equals(what));
    }

    private static double inRound(List<Run> runs, int round, String what) {
        return of(runs, what)
                .filter(run -> run.round() == round)
                .mapToDouble(Run::rowsPerSecond)
                .sum();
    }
}
