package dev.triggers.proof.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What each service holds resident at full load. */
final class Memory implements Scenario {

    static final List<String> COLUMNS = List.of("service", "resident, MiB", "at most, MiB");

    private static final int SECONDS = 40;
    private static final int EVENTS_A_BATCH = 100;
    private static final int CONNECTIONS = 16;
    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final double MEBIBYTE = 1 << 20;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String group() {
        return "http";
    }

    @Override
    public String what() {
        return "resident memory of each service, at the most the pipeline sustains";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        bench.progress().begin(name(), 3);
        Pipeline pipeline = bench.pipeline();
        List<Org> orgs = pipeline.orgs(bench.few(SinglePost.ORGS, SinglePost.SMOKE));
        pipeline.keepUp();
        Posts posts = Posts.batches(pipeline.ingest().address(), orgs, EVENTS_A_BATCH);
        ClosedLoad.Size size = ClosedLoad.Size.of(CONNECTIONS, bench.shorter(WARM_UP), bench.seconds(SECONDS));
        try (Reconciliation reconciliation = new Reconciliation(pipeline).of(orgs)) {
            bench.progress().step("load");
            Tally tally;
            try (PacedLoad load = new PacedLoad(pipeline, reconciliation, posts, size)) {
                tally = load.run();
            }
            List<List<Object>> rows = resident(pipeline);
            bench.progress().step("all of it is counted");
            reconciliation.follow(List.of(tally)).requireAllAccepted();
            Table table = new Table(
                    "Memory at full load",
                    bench.seconds(SECONDS).toSeconds() + " s of batches of " + EVENTS_A_BATCH + " at "
                            + Table.shown(tally.eventsPerSecond())
                            + " events/s, the most the pipeline sustains; "
                            + ServiceMemory.shown(bench.options())
                            + ". Every submission was found in the inbox, once.",
                    COLUMNS,
                    rows);
            return new Findings(List.of(table), table);
        }
    }

    /** A row for each service that runs, by {@link #COLUMNS}. */
    static List<List<Object>> resident(Pipeline pipeline) throws IOException {
        List<List<Object>> rows = new ArrayList<>();
        for (String service : pipeline.running().keySet().stream().sorted().toList()) {
            ServiceProcess.Resident resident = pipeline.service(service).resident();
            rows.add(List.of(service, resident.now() / MEBIBYTE, resident.most() / MEBIBYTE));
        }
        return rows;
    }
}
