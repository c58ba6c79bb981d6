package dev.triggers.proof.bench;

import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What each layer of the keys' cache saves: reads in PostgreSQL, and throughput. Connections of the pool besides. */
final class Caches implements Scenario {

    private static final int SECONDS = 5;
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final String LOOKUPS = "triggers_key_lookups_total";
    private static final String NOWHERE = "redis://127.0.0.1:1";
    private static final String TRANSACTIONS = """
            select xact_commit + xact_rollback from pg_stat_database where datname = current_database()""";

    /** With memory for one key, and as many keys in turn as there are organisations, memory is of no use. */
    private static final Map<String, String> NO_MEMORY = Map.of("TRIGGERS_ACCESS_CACHE_KNOWN", "1");

    private final boolean pools;

    private record Run(int round, String what, Tally tally, double reads, double transactions) {

        double readsPerThousand() {
            return reads * 1_000 / Math.max(1, tally.received());
        }
    }

    private Caches(boolean pools) {
        this.pools = pools;
    }

    /** Layer by layer. */
    static Caches layers() {
        return new Caches(false);
    }

    /** PostgreSQL alone, with more and more connections. */
    static Caches pools() {
        return new Caches(true);
    }

    @Override
    public String name() {
        return pools ? "pool" : "caches";
    }

    @Override
    public String group() {
        return "http";
    }

    @Override
    public String what() {
        return pools
                ? "keys in PostgreSQL only: throughput with 1 to 16 connections"
                : "keys in PostgreSQL only, + Redis, + Caffeine: reads per 1,000 requests, and throughput";
    }

    private Map<String, Map<String, String>> variants() {
        Map<String, Map<String, String>> variants = new LinkedHashMap<>();
        Map<String, String> postgresOnly =
                Map.of("TRIGGERS_ACCESS_REDIS_URL", NOWHERE, "TRIGGERS_ACCESS_CACHE_KNOWN", "1");
        if (pools) {
            for (int connections : List.of(1, 2, 4, 8, 16)) {
                Map<String, String> settings = new LinkedHashMap<>(postgresOnly);
                settings.put("TRIGGERS_ACCESS_POSTGRES_POOL", Integer.toString(connections));
                variants.put(Integer.toString(connections), settings);
            }
        } else {
            variants.put("PostgreSQL only", postgresOnly);
            variants.put("+ Redis", NO_MEMORY);
            variants.put("+ Caffeine", Map.of());
        }
        return variants;
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        Map<String, Map<String, String>> variants = variants();
        bench.progress().begin(name(), bench.options().rounds() * variants.size() + 2);
        Pipeline pipeline = bench.pipeline();
        pipeline.pause();
        List<Org> orgs = pipeline.orgs(bench.few(SinglePost.ORGS, SinglePost.SMOKE));
        List<Run> runs = new ArrayList<>();
        List<Tally> tallies = new ArrayList<>();
        try (Reconciliation reconciliation = new Reconciliation(pipeline).of(orgs)) {
            for (int round = 1; round <= bench.options().rounds(); round++) {
                List<String> names = new ArrayList<>(variants.keySet());
                for (String name : round % 2 == 1 ? names : names.reversed()) {
                    bench.progress().step("round " + round + ": " + name);
                    Run run = run(bench, round, name, variants.getOrDefault(name, Map.of()), pipeline, orgs);
                    runs.add(run);
                    tallies.add(run.tally());
                }
            }
            bench.progress().step("all of it is drained and counted");
            pipeline.keepUp();
            reconciliation.follow(tallies).requireAllAccepted();
        }
        return findings(bench, runs);
    }

    private static Run run(
            Bench bench, int round, String name, Map<String, String> settings, Pipeline pipeline, List<Org> orgs)
            throws Exception {
        int number = 1;
        try {
            ServiceProcess ingest = pipeline.ingest(number, settings);
            URI address = ingest.address();
            double transactionsBefore = transactions(pipeline);
            ClosedLoad.Size size = ClosedLoad.Size.of(
                    bench.few(SinglePost.CONNECTIONS, SinglePost.SMOKE),
                    bench.shorter(WARM_UP),
                    bench.seconds(SECONDS));
            Tally tally = ClosedLoad.run(address, Posts.single(address, orgs), size);
            double reads = ingest.figures(LOOKUPS).entrySet().stream()
                    .filter(figure -> figure.getKey().contains("layer=\"postgres\""))
                    .mapToDouble(Map.Entry::getValue)
                    .sum();
            return new Run(round, name, tally, reads, transactions(pipeline) - transactionsBefore);
        } finally {
            pipeline.stop("ingest-api-" + number);
        }
    }

    private static double transactions(Pipeline pipeline) throws SQLException {
        try (Connection connection = pipeline.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(TRANSACTIONS)) {
            row.next();
            return row.getDouble(1);
        }
    }

    private Findings findings(Bench bench, List<Run> runs) {
        List<String> names = runs.stream().map(Run::what).distinct().toList();
        Table table = new Table(
                pools ? "Connections of the pool, keys in PostgreSQL only" : "Where a key is looked up",
                "Median of " + bench.options().rounds() + " rounds (least–most) of "
                        + bench.seconds(SECONDS).toSeconds() + " s, " + SinglePost.CONNECTIONS + " connections, "
                        + SinglePost.ORGS
                        + " keys in turn, a new process each time; reads are of the warm-up too. Without"
                        + " Caffeine: memory for one key. Every submission was found in the inbox, once.",
                List.of(
                        pools ? "connections" : "keys in",
                        "requests/s",
                        "p99, ms",
                        "reads per 1,000 requests",
                        "success, %"),
                names.stream()
                        .map(name -> List.<Object>of(
                                name,
                                spread(runs, name, run -> run.tally().perSecond()),
                                spread(runs, name, run -> run.tally().millis(99)),
                                spread(runs, name, Run::readsPerThousand),
                                spread(runs, name, run -> run.tally().successPercent())))
                        .toList());
        Table each = new Table(
                table.title() + ", every run",
                "",
                List.of("round", "what", "requests_per_s", "p99_ms", "reads", "transactions", "requests", "answers"),
                runs.stream()
                        .map(run -> List.<Object>of(
                                run.round(),
                                run.what(),
                                run.tally().perSecond(),
                                run.tally().millis(99),
                                run.reads(),
                                run.transactions(),
                                run.tally().received(),
                                run.tally().statuses()))
                        .toList());
        return new Findings(List.of(table), each);
    }

    private static Spread spread(List<Run> runs, String name, ToDoubleFunction<Run> figure) {
        return Spread.of(runs.stream()
                .filter(run -> run.what().equals(name))
                .map(figure::applyAsDouble)
                .toList());
    }
}
