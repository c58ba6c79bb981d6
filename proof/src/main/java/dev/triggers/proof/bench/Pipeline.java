package dev.triggers.proof.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Triggers as it is deployed, each service a process of its own jar, on a bench's servers. A service that is started twice
 * is there once; one that is stopped may be started again and goes on where it was.
 */
final class Pipeline implements Servers, AutoCloseable {

    /** Of its processor and its projector, for good. */
    static final String NAME = "pipeline";

    private static final String ADMIN_TOKEN = "the-admin-token-of-the-benchmarks";

    private final Bench bench;
    /** By name: the service's, with a number where there are several. */
    private final Map<String, ServiceProcess> running = Collections.synchronizedMap(new LinkedHashMap<>());

    /** Throws {@link IllegalStateException} where PostgreSQL does not keep what it has committed. */
    Pipeline(Bench bench) throws SQLException {
        this.bench = bench;
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String setting : List.of("fsync", "full_page_writes", "synchronous_commit")) {
                try (ResultSet row = statement.executeQuery("show " + setting)) {
                    if (!row.next() || !row.getString(1).equals("on")) {
                        throw new IllegalStateException(setting + ": off (expected: on)");
                    }
                }
            }
        }
    }

    @Override
    public Connection connect() throws SQLException {
        return bench.backends().connect();
    }

    @Override
    public String kafka() {
        return bench.kafka();
    }

    /** Returns when it is ready. */
    ServiceProcess ingest() throws InterruptedException {
        return ingest(0, Map.of());
    }

    /**
     * Another instance.
     *
     * @param settings besides, as environment
     */
    ServiceProcess ingest(int number, Map<String, String> settings) throws InterruptedException {
        return started("ingest-api" + (number == 0 ? "" : "-" + number), () -> {
            Map<String, String> environment = access();
            environment.put("TRIGGERS_INGEST_KAFKA_BOOTSTRAP", kafka());
            environment.put("TRIGGERS_INGEST_KAFKA_PARTITIONS", Integer.toString(Bench.PARTITIONS));
            environment.put("TRIGGERS_INGEST_KAFKA_REPLICATIONFACTOR", "1");
            environment.putAll(settings);
            return ServiceProcess.start(bench, "ingest-api", environment);
        });
    }

    ServiceProcess processor() throws InterruptedException {
        return started("event-processor", this::launchProcessor);
    }

    private ServiceProcess launchProcessor() {
        return Processor.named(bench, NAME).launch(bench);
    }

    ServiceProcess projector() throws InterruptedException {
        return started("inbox-projector", this::launchProjector);
    }

    private ServiceProcess launchProjector() {
        Map<String, String> environment = access();
        environment.put("TRIGGERS_INBOX_KAFKABOOTSTRAP", kafka());
        environment.put("TRIGGERS_INBOX_PARTITIONS", Integer.toString(Bench.PARTITIONS));
        environment.put("TRIGGERS_INBOX_REPLICATIONFACTOR", "1");
        environment.put("TRIGGERS_INBOX_INSTANCEID", bench.options().smoke() ? "" : NAME);
        environment.put("TRIGGERS_INBOX_POSTGRES_URL", bench.backends().postgres());
        environment.put("TRIGGERS_INBOX_POSTGRES_OWNER", BackendsProcess.OWNER);
        environment.put("TRIGGERS_INBOX_POSTGRES_OWNERPASSWORD", BackendsProcess.OWNER);
        environment.put("TRIGGERS_INBOX_POSTGRES_READERPASSWORD", "reader");
        environment.put("TRIGGERS_INBOX_POSTGRES_PROJECTORPASSWORD", "projector");
        return ServiceProcess.start(bench, "inbox-projector", environment);
    }

    /** Starts what decides and what projects, both at once, and returns when both are ready. */
    void keepUp() throws InterruptedException {
        running.computeIfAbsent("event-processor", _ -> launchProcessor());
        running.computeIfAbsent("inbox-projector", _ -> launchProjector());
        service("event-processor").awaitReady();
        service("inbox-projector").awaitReady();
    }

    /** Ends what decides and what projects, in order. */
    void pause() {
        stop("event-processor");
        stop("inbox-projector");
    }

    void stop(String name) {
        ServiceProcess service = running.remove(name);
        if (service != null) {
            service.close();
        }
    }

    /** Those that run, by name. */
    Map<String, ServiceProcess> running() {
        return Map.copyOf(running);
    }

    /** One that runs. */
    ServiceProcess service(String name) {
        ServiceProcess service = running.get(name);
        if (service == null) {
            throw new IllegalArgumentException("service: " + name + " (expected: one that runs)");
        }
        return service;
    }

    private interface Starting {
        ServiceProcess start();
    }

    private ServiceProcess started(String name, Starting starting) throws InterruptedException {
        ServiceProcess there = running.get(name);
        if (there != null) {
            return there;
        }
        ServiceProcess service = starting.start();
        running.put(name, service);
        service.awaitReady();
        return service;
    }

    private Map<String, String> access() {
        Map<String, String> environment = new HashMap<>();
        environment.put("SERVER_PORT", ServiceProcess.PORT);
        environment.put("SERVER_ADDRESS", "127.0.0.1");
        environment.put("TRIGGERS_DEV", "true");
        environment.put("TRIGGERS_DRAIN_NOTICE", "0s");
        environment.put("TRIGGERS_ACCESS_ADMINTOKENS", ADMIN_TOKEN);
        environment.put("TRIGGERS_ACCESS_REDIS_URL", bench.backends().redis());
        environment.put("TRIGGERS_ACCESS_POSTGRES_URL", bench.backends().postgres());
        environment.put("TRIGGERS_ACCESS_POSTGRES_USER", BackendsProcess.OWNER);
        environment.put("TRIGGERS_ACCESS_POSTGRES_PASSWORD", BackendsProcess.OWNER);
        return environment;
    }

    /** Makes so many organisations, over HTTP as an operator does. */
    List<Org> orgs(int count) throws InterruptedException {
        return new Operator(ingest().address(), ADMIN_TOKEN).orgs(count);
    }

    @Override
    public void close() {
        List.copyOf(running.keySet()).forEach(this::stop);
    }
}
