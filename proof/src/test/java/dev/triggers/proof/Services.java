package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.EmbeddedBackends;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The services as they are deployed, each a process of its own jar, on one set of backends. Instances have names. */
final class Services implements AutoCloseable {

    static final String ADMIN_TOKEN = "an-admin-token-of-this-test";

    private static final Duration SOON = Duration.ofSeconds(180);

    private final EmbeddedBackends backends;
    private final Map<String, String> kafkaProperties;
    private final Path directory;
    private final List<Launched> launched = new ArrayList<>();
    private final Map<String, Launched> latest = new HashMap<>();
    private final Map<String, Integer> ports = new HashMap<>();

    /** @param directory for state and output */
    Services(EmbeddedBackends backends, Path directory) {
        this(backends, Map.of(), directory);
    }

    /** @param kafkaProperties what Kafka asks of its clients, by Kafka's names */
    Services(EmbeddedBackends backends, Map<String, String> kafkaProperties, Path directory) {
        this.kafkaProperties = kafkaProperties;
        this.backends = backends;
        this.directory = directory;
    }

    /** Starts the one instance of a service, named like it. */
    Launched start(String service) {
        return start(service, service);
    }

    /** Starts an instance, on the port it had before, if any. */
    Launched start(String service, String instance) {
        int port = ports.computeIfAbsent(instance, _ -> Launched.freePort());
        Launched process = Launched.start(
                directory.resolve(instance + "-" + launched.size() + ".out"),
                environment(service, port),
                List.of("./triggers", "run", service));
        launched.add(process);
        latest.put(instance, process);
        return process;
    }

    /** The latest process of an instance. Throws {@link IllegalArgumentException} where it has had none. */
    Launched process(String instance) {
        Launched process = latest.get(instance);
        if (process == null) {
            throw new IllegalArgumentException("instance: " + instance + " (expected: one that was started)");
        }
        return process;
    }

    void awaitReady() {
        ports.keySet().forEach(this::awaitReady);
    }

    Set<String> instances() {
        return ports.keySet();
    }

    private void awaitReady(String instance) {
        HttpRequest request =
                HttpRequest.newBuilder(uri(instance).resolve("/readyz")).build();
        await().atMost(SOON).ignoreException(UncheckedIOException.class).untilAsserted(() -> {
            HttpResponse<byte[]> answer = Client.sendToAny(request);
            assertThat(answer.statusCode())
                    .as(() -> instance + ": " + new String(answer.body(), UTF_8) + output(instance))
                    .isEqualTo(200);
        });
    }

    String output(String instance) {
        Launched process = latest.get(instance);
        return process == null ? "" : "\n" + process.output();
    }

    URI uri(String instance) {
        return URI.create("http://127.0.0.1:" + ports.get(instance));
    }

    /** Ends all of them, also when one takes too long; then throws. */
    @Override
    public void close() {
        RuntimeException failure = new IllegalStateException("not all services ended in time");
        launched.forEach(Launched::terminate);
        for (Launched process : launched.reversed()) {
            try {
                process.close();
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

    private Map<String, String> environment(String service, int port) {
        Map<String, String> environment = new HashMap<>();
        environment.put("SERVER_PORT", Integer.toString(port));
        environment.put("SERVER_ADDRESS", "127.0.0.1");
        environment.put("TRIGGERS_DEV", "true");
        environment.put("TRIGGERS_DRAIN_NOTICE", "1s");
        environment.put("TRIGGERS_ACCESS_ADMINTOKENS", ADMIN_TOKEN);
        environment.put("TRIGGERS_ACCESS_REDIS_URL", backends.redisUrl());
        environment.put("TRIGGERS_ACCESS_POSTGRES_URL", backends.postgres().jdbcUrl());
        environment.put("TRIGGERS_ACCESS_POSTGRES_USER", backends.postgres().user());
        environment.put("TRIGGERS_ACCESS_POSTGRES_PASSWORD", backends.postgres().password());
        switch (service) {
            case "ingest-api" -> {
                environment.putAll(Dev.PATIENT);
                environment.put("TRIGGERS_INGEST_KAFKA_BOOTSTRAP", backends.kafkaBootstrap());
                environment.put("TRIGGERS_INGEST_KAFKA_REPLICATIONFACTOR", "1");
                putKafkaProperties(environment, "TRIGGERS_INGEST_KAFKA_PROPERTIES_");
            }
            case "event-processor" -> {
                environment.put("TRIGGERS_PROCESSOR_KAFKABOOTSTRAP", backends.kafkaBootstrap());
                environment.put("TRIGGERS_PROCESSOR_REPLICATIONFACTOR", "1");
                putKafkaProperties(environment, "TRIGGERS_PROCESSOR_KAFKAPROPERTIES_");
                environment.put("TRIGGERS_PROCESSOR_INSTANCEID", "processor-0");
                environment.put("TRIGGERS_PROCESSOR_STANDBYREPLICAS", "0");
                environment.put(
                        "TRIGGERS_PROCESSOR_STATEDIR",
                        directory.resolve("state").toString());
                environment.put("TRIGGERS_PROCESSOR_ABOUTPORT", Integer.toString(port));
            }
            default -> {
                environment.put("TRIGGERS_INBOX_KAFKABOOTSTRAP", backends.kafkaBootstrap());
                environment.put("TRIGGERS_INBOX_REPLICATIONFACTOR", "1");
                putKafkaProperties(environment, "TRIGGERS_INBOX_KAFKAPROPERTIES_");
                environment.put("TRIGGERS_INBOX_INSTANCEID", "projector-0");
                environment.put(
                        "TRIGGERS_INBOX_POSTGRES_URL", backends.postgres().jdbcUrl());
                environment.put(
                        "TRIGGERS_INBOX_POSTGRES_OWNER", backends.postgres().user());
                environment.put(
                        "TRIGGERS_INBOX_POSTGRES_OWNERPASSWORD",
                        backends.postgres().password());
                environment.put("TRIGGERS_INBOX_POSTGRES_READERPASSWORD", "reader");
                environment.put("TRIGGERS_INBOX_POSTGRES_PROJECTORPASSWORD", "projector");
            }
        }
        environment.put("JDK_JAVA_OPTIONS", "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        return environment;
    }

    private void putKafkaProperties(Map<String, String> environment, String prefix) {
        kafkaProperties.forEach(
                (name, value) -> environment.put(prefix + name.replace('.', '_').toUpperCase(Locale.ROOT), value));
    }
}
