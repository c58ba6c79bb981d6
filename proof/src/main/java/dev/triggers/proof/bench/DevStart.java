package dev.triggers.proof.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** How soon {@code ./triggers dev} is ready, and what all of it holds resident. The idle servers of the bench are beside it. */
final class DevStart implements Scenario {

    static final String FRESH = "with an empty directory";
    static final String AGAIN = "with what is there";

    private static final int SECONDS = 20;
    private static final int CONNECTIONS = 16;
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final double MEBIBYTE = 1 << 20;

    private record Start(int round, String on, double seconds, double residentMebibytes) {}

    @Override
    public String name() {
        return "dev";
    }

    @Override
    public String group() {
        return "dev";
    }

    @Override
    public String what() {
        return "until ./triggers dev is ready, and resident memory of all its processes, idle and under load";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        int rounds = bench.options().rounds();
        bench.progress().begin(name(), 2 * rounds + 4);
        if (!bench.options().smoke()) {
            bench.progress().step("the first of a build");
            DevProcess.start(bench, bench.directory().resolve("dev-0")).close();
        }
        List<Start> starts = new ArrayList<>();
        List<Loaded> loads = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            Path data = bench.directory().resolve("dev-" + round);
            for (String on : List.of(FRESH, AGAIN)) {
                bench.progress().step("round " + round + ": " + on);
                long start = System.nanoTime();
                try (DevProcess dev = DevProcess.start(bench, data)) {
                    double seconds = (System.nanoTime() - start) / 1e9;
                    starts.add(new Start(round, on, seconds, dev.resident() / MEBIBYTE));
                    if (starts.size() == 2 * rounds) {
                        loads.add(load(bench, dev));
                    }
                }
            }
        }
        return findings(starts, loads.getFirst());
    }

    /** What a load made of it. */
    private record Loaded(double perSecond, double mostMebibytes, Duration measured) {}

    private static Loaded load(Bench bench, DevProcess dev) throws Exception {
        bench.progress().step("load");
        List<Org> orgs = dev.operator().orgs(bench.few(SinglePost.ORGS, SinglePost.SMOKE));
        Duration measured = bench.seconds(SECONDS);
        ClosedLoad.Size size = ClosedLoad.Size.of(CONNECTIONS, Duration.ZERO, measured);
        try (Reconciliation reconciliation = new Reconciliation(dev).of(orgs)) {
            Posts posts = Posts.single(dev.address(), orgs);
            long[] most = {0};
            Tally tally = watched(
                    () -> ClosedLoad.run(dev.address(), posts, size).requireAllTaken(),
                    () -> most[0] = Math.max(most[0], dev.resident()));
            bench.progress().step("all of it is counted");
            reconciliation.follow(List.of(tally)).requireAllAccepted();
            return new Loaded(tally.eventsPerSecond(), Math.max(most[0], dev.resident()) / MEBIBYTE, measured);
        }
    }

    private interface Look {
        void look() throws IOException;
    }

    private static <T> T watched(Callable<T> work, Look look) throws Exception {
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<T> result = thread.submit(work);
            while (!result.isDone()) {
                look.look();
                Thread.sleep(LOOK_EVERY);
            }
            return result.get();
        }
    }

    private static Findings findings(List<Start> starts, Loaded loaded) {
        Table start = new Table(
                "Start of dev",
                "Median (least–most), from the command until it says that it is ready, its own look whether the build is"
                        + " current among it; in an empty directory database and topics are made.",
                List.of("start", "ready in, s", "resident when ready, MiB"),
                List.of(row(FRESH, starts), row(AGAIN, starts)));
        Table memory = new Table(
                "dev under load",
                CONNECTIONS + " connections for " + loaded.measured().toSeconds()
                        + " s, an event a request, cold. Resident of all processes, what they share counted once (PSS)."
                        + " Every submission was found in the inbox, once.",
                List.of("load", "events/s", "resident at most, MiB"),
                List.of(List.of("one event a request", loaded.perSecond(), loaded.mostMebibytes())));
        Table each = new Table(
                "Start of dev, every run",
                "",
                List.of("round", "on", "seconds", "resident_mib"),
                starts.stream()
                        .map(one -> List.<Object>of(one.round(), one.on(), one.seconds(), one.residentMebibytes()))
                        .toList());
        return new Findings(List.of(start, memory), each);
    }

    private static List<Object> row(String on, List<Start> starts) {
        List<Start> those =
                starts.stream().filter(start -> start.on().equals(on)).toList();
        return List.of(
                on,
                Spread.of(those.stream().map(Start::seconds).toList()),
                Spread.of(those.stream().map(Start::residentMebibytes).toList()));
    }
}
