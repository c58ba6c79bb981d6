package dev.triggers.proof.bench;

import dev.triggers.common.event.OrgId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Triggers as it is deployed, each service a process of its own jar, on a bench's servers. A service that is started twice
 * is there once; one that is stopped may be started again and goes on where it was.
 */
final class Pipeline implements AutoCloseable {

    /** Of its processor and its projector, for good. */
    static final String NAME = "pipeline";

    private static final String ADMIN_TOKEN = "the-admin-token-of-the-benchmarks";
    private static final int ORGS_AT_ONCE = 4;
    private static final int UNAVAILABLE = 503;
    private static final int MOST_TRIES = 30;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Bench bench;
    private final HttpClient http = HttpClient.newHttpClient();
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

    /** As the operator: sees all organisations. */
    Connection connect() throws SQLException {
        return bench.backends().connect();
    }

    String kafka() {
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
        URI ingest = ingest().address();
        try (ExecutorService threads = Executors.newFixedThreadPool(ORGS_AT_ONCE)) {
            List<Future<Org>> made = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                made.add(threads.submit(() -> org(ingest)));
            }
            List<Org> orgs = new ArrayList<>();
            for (Future<Org> org : made) {
                orgs.add(org.get());
            }
            return orgs;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an organisation could not be made", e);
        }
    }

    /** Asks again where it is told to: a service that has just started, on a machine that is full, may not reach all at once. */
    private Org org(URI ingest) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = asked(ingest);
        for (int tries = 1; answer.statusCode() == UNAVAILABLE && tries < MOST_TRIES; tries++) {
            Thread.sleep(RETRY_AFTER);
            answer = asked(ingest);
        }
        if (answer.statusCode() != 201) {
            throw new IllegalStateException("POST /v1/orgs: " + answer.statusCode() + " (expected: 201)");
        }
        JsonNode made = JSON.readTree(answer.body());
        return new Org(
                OrgId.parse(made.at("/org/id").asString()), made.at("/key/key").asString());
    }

    private HttpResponse<byte[]> asked(URI ingest) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(ingest.resolve("/v1/orgs"))
                        .header("Authorization", "Bearer " + ADMIN_TOKEN)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"name\":\"bench\",\"tier\":\"unlimited\"}"))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        List.copyOf(running.keySet()).forEach(this::stop);
        http.close();
    }
}
