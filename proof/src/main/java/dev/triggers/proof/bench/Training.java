package dev.triggers.proof.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * {@code ./triggers train}: runs the services under load, and has each leave the JDK's AOT cache of it (JEP 514 and 515: its
 * classes, and which of its methods are hot) as {@code SERVICE.aot} in the directory of {@code --out}. One that starts from it
 * does not have to find out again what is hot.
 */
public final class Training implements Scenario {

    private static final int ORGS = 50;
    private static final int CONNECTIONS = 64;
    private static final int SECONDS = 25;
    private static final int EVENTS_A_BATCH = 100;
    private static final int BATCHES_AT_ONCE = 8;
    private static final int LEASED_AT_ONCE = 20;
    private static final double MEBIBYTE = 1 << 20;

    Training() {}

    public static void main(String[] words) {
        int code =
                Benchmarks.run(List.of(new Training()), Arrays.asList(words), System.getenv(), System.out, System.err);
        if (code != 0) {
            System.exit(code);
        }
    }

    @Override
    public String name() {
        return "train";
    }

    @Override
    public String group() {
        return "train";
    }

    @Override
    public String what() {
        return "single events, batches, pages and leases, so that each service leaves an AOT cache of its work";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        bench.progress().begin(name(), 5);
        bench.record(bench.options().out().toAbsolutePath());
        Pipeline pipeline = bench.pipeline();
        List<Org> orgs = pipeline.orgs(bench.few(ORGS, SinglePost.SMOKE));
        pipeline.keepUp();
        URI ingest = pipeline.ingest().address();
        try (Reconciliation reconciliation = new Reconciliation(pipeline).of(orgs)) {
            bench.progress().step("events one by one, read and acknowledged by page");
            try (InboxTail _ = new InboxTail(pipeline.projector().address(), orgs, _ -> {})) {
                load(bench, pipeline, reconciliation, Posts.single(ingest, orgs), CONNECTIONS);
            }
            bench.progress().step("batches");
            load(bench, pipeline, reconciliation, Posts.batches(ingest, orgs, EVENTS_A_BATCH), BATCHES_AT_ONCE);
        }
        bench.progress().step("leases");
        lease(bench, pipeline, orgs);
        bench.progress().step("the caches are written");
        List<String> services = pipeline.running().keySet().stream().sorted().toList();
        pipeline.close();
        List<List<Object>> rows = new ArrayList<>();
        for (String service : services) {
            rows.add(List.of(service, size(bench.recording(service).orElseThrow())));
        }
        Table table = new Table("AOT caches, recorded under load", "", List.of("service", "MiB"), rows);
        return new Findings(List.of(table), table);
    }

    /** A JVM that is recorded is slow: what it does not take in time is not counted on, but has to be in the books. */
    private static void load(
            Bench bench, Pipeline pipeline, Reconciliation reconciliation, Posts posts, int connections)
            throws Exception {
        ClosedLoad.Size size =
                ClosedLoad.Size.of(bench.few(connections, SinglePost.SMOKE), Duration.ZERO, bench.seconds(SECONDS));
        try (PacedLoad load = new PacedLoad(pipeline, reconciliation, posts, size)) {
            Tally tally = load.runAsFarAsItIsTaken();
            if (tally.received() == 0) {
                throw new IllegalStateException("answers: " + tally.statuses() + " (expected: some that are taken)");
            }
            reconciliation.follow(List.of(tally)).requireAllAccepted();
        }
    }

    private static void lease(Bench bench, Pipeline pipeline, List<Org> orgs) throws Exception {
        URI inbox = pipeline.projector().address();
        Duration time = bench.seconds(SECONDS);
        long began = System.nanoTime();
        BooleanSupplier goOn = () -> System.nanoTime() - began < time.toNanos();
        Acknowledged books = new Acknowledged();
        Conversations.run(
                inbox,
                IntStream.range(0, orgs.size())
                        .mapToObj(i -> new LeaseConsumer(
                                inbox, orgs.get(i), LEASED_AT_ONCE, books, Outcomes.histogram(), goOn))
                        .toList());
    }

    private static double size(Path cache) throws IOException {
        if (!Files.exists(cache)) {
            throw new IOException(cache + " was not written: the JDK may say why in what the service said");
        }
        return Files.size(cache) / MEBIBYTE;
    }
}
