package dev.triggers.proof.bench;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** The same load on one, two and four instances of ingest-api; on one machine they share its cores. */
final class Instances implements Scenario {

    private static final int SECONDS = 6;
    private static final Duration WARM_UP = Duration.ofSeconds(8);
    private static final List<Integer> COUNTS = List.of(1, 2, 4);

    private record Run(int round, int instances, List<Tally> tallies) {

        double perSecond() {
            return tallies.stream().mapToDouble(Tally::perSecond).sum();
        }

        double p99() {
            Histogram all = Outcomes.histogram();
            tallies.forEach(tally -> all.add(tally.latency()));
            return all.getValueAtPercentile(99) / 1e3;
        }
    }

    @Override
    public String name() {
        return "instances";
    }

    @Override
    public String group() {
        return "http";
    }

    @Override
    public String what() {
        return "one event a request on 1, 2 and 4 instances of ingest-api, 200 connections over all";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        int rounds = bench.options().rounds();
        bench.progress().begin(name(), rounds * COUNTS.size() + 2);
        Pipeline pipeline = bench.pipeline();
        pipeline.pause();
        List<Org> orgs = pipeline.orgs(bench.few(SinglePost.ORGS, SinglePost.SMOKE));
        List<URI> servers = new ArrayList<>(List.of(pipeline.ingest().address()));
        for (int i = 1; i < COUNTS.getLast(); i++) {
            servers.add(pipeline.ingest(i, Map.of()).address());
        }
        List<Run> runs = new ArrayList<>();
        try (Reconciliation reconciliation = new Reconciliation(pipeline).of(orgs)) {
            for (int round = 1; round <= rounds; round++) {
                for (int count : round % 2 == 1 ? COUNTS : COUNTS.reversed()) {
                    bench.progress().step("round " + round + ": " + count);
                    runs.add(new Run(round, count, load(bench, servers.subList(0, count), orgs)));
                }
            }
            bench.progress().step("all of it is drained and counted");
            IntStream.range(1, COUNTS.getLast()).forEach(i -> pipeline.stop("ingest-api-" + i));
            pipeline.keepUp();
            reconciliation
                    .follow(runs.stream().flatMap(run -> run.tallies().stream()).toList())
                    .requireAllAccepted();
        }
        return findings(bench, runs);
    }

    private static List<Tally> load(Bench bench, List<URI> servers, List<Org> orgs) throws Exception {
        int connections = bench.few(SinglePost.CONNECTIONS, SinglePost.SMOKE) / servers.size();
        ClosedLoad.Size size = ClosedLoad.Size.of(connections, bench.shorter(WARM_UP), bench.seconds(SECONDS));
        try (ExecutorService threads = Executors.newFixedThreadPool(servers.size())) {
            List<Future<Tally>> loads = servers.stream()
                    .map(server -> threads.submit(() -> ClosedLoad.run(server, Posts.single(server, orgs), size)))
                    .toList();
            List<Tally> tallies = new ArrayList<>();
            for (Future<Tally> load : loads) {
                tallies.add(load.get().requireAllTaken());
            }
            return tallies;
        }
    }

    private static Findings findings(Bench bench, List<Run> runs) {
        Table table = new Table(
                "Instances of ingest-api",
                "Median of " + bench.options().rounds() + " rounds (least–most) of "
                        + bench.seconds(SECONDS).toSeconds() + " s, " + SinglePost.CONNECTIONS
                        + " connections over all, one thread of load for each instance; all on the cores of this machine."
                        + " Every submission was found in the inbox, once.",
                List.of("instances", "requests/s", "p99, ms"),
                COUNTS.stream()
                        .map(count -> List.<Object>of(
                                count, spread(runs, count, Run::perSecond), spread(runs, count, Run::p99)))
                        .toList());
        Table each = new Table(
                "Instances, every run",
                "",
                List.of("round", "instances", "requests_per_s", "p99_ms"),
                runs.stream()
                        .map(run -> List.<Object>of(run.round(), run.instances(), run.perSecond(), run.p99()))
                        .toList());
        return new Findings(List.of(table), each);
    }

    private static Spread spread(List<Run> runs, int count, ToDoubleFunction<Run> figure) {
        return Spread.of(runs.stream()
                .filter(run -> run.instances() == count)
                .map(figure::applyAsDouble)
                .toList());
    }
}
