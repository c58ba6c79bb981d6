package dev.triggers.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.EmbeddedBackends;
import dev.triggers.backends.Ports;
import dev.triggers.proof.Client.InboxEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The services as they are deployed: three processes from their own jars. */
class ThreeServicesIT {

    private static final String ADMIN_TOKEN = "an-admin-token-of-this-test";
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final List<Launched> launched = new ArrayList<>();
    private final Map<String, Integer> ports = new HashMap<>();

    @AfterEach
    void stop() {
        launched.reversed().forEach(Launched::close);
    }

    @Test
    void threeProcessesDoWhatOneDoesAndSurviveBeingKilled() {
        try (EmbeddedBackends backends = EmbeddedBackends.start(directory.resolve("backends"), Ports.free())) {
            Launched ingest = start("ingest-api", backends);
            Launched processor = start("event-processor", backends);
            Launched inbox = start("inbox-projector", backends);
            ports.keySet().forEach(this::awaitReady);
            Client client = Client.ofNewOrg(uri("ingest-api"), uri("inbox-projector"), ADMIN_TOKEN);

            Project.sample().forEach(client::submit);
            List<InboxEvent> before = awaitInbox(client, Project.sample().size());
            client.acknowledge(List.of(before.getFirst().id()));

            processor.kill();
            inbox.kill();
            client.submit("{\"type\":\"while.away\",\"data\":{}}");
            ingest.kill();
            start("ingest-api", backends);
            start("event-processor", backends);
            start("inbox-projector", backends);
            ports.keySet().forEach(this::awaitReady);
            Project.sample().forEach(client::submit);

            List<InboxEvent> after = awaitInbox(client, Project.sample().size());
            assertThat(after.subList(0, before.size() - 1)).isEqualTo(before.subList(1, before.size()));
            assertThat(after.getLast().type()).isEqualTo("while.away");
            assertThat(after.getLast().sequence()).isEqualTo(before.size() + 1L);
        }
    }

    private static List<InboxEvent> awaitInbox(Client client, int size) {
        return await().atMost(SOON).until(client::inbox, inbox -> inbox.size() == size);
    }

    private void awaitReady(String service) {
        HttpRequest request =
                HttpRequest.newBuilder(uri(service).resolve("/readyz")).build();
        await().atMost(SOON)
                .ignoreException(UncheckedIOException.class)
                .until(() -> Client.send(request).statusCode() == 200);
    }

    private URI uri(String service) {
        return URI.create("http://127.0.0.1:" + ports.get(service));
    }

    private Launched start(String service, EmbeddedBackends backends) {
        int port = ports.computeIfAbsent(service, _ -> Launched.freePort());
        Launched process = Launched.start(
                directory.resolve(service + "-" + launched.size() + ".out"),
                environment(service, port, backends),
                List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-jar",
                        jar(service).toString()));
        launched.add(process);
        return process;
    }

    private Map<String, String> environment(String service, int port, EmbeddedBackends backends) {
        Map<String, String> environment = new HashMap<>();
        environment.put("SERVER_PORT", Integer.toString(port));
        environment.put("SERVER_ADDRESS", "127.0.0.1");
        environment.put("TRIGGERS_DEV", "true");
        environment.put("TRIGGERS_ACCESS_ADMINTOKENS", ADMIN_TOKEN);
        environment.put("TRIGGERS_ACCESS_REDIS_URL", backends.redisUrl());
        environment.put("TRIGGERS_ACCESS_POSTGRES_URL", backends.postgres().jdbcUrl());
        environment.put("TRIGGERS_ACCESS_POSTGRES_USER", backends.postgres().user());
        environment.put("TRIGGERS_ACCESS_POSTGRES_PASSWORD", backends.postgres().password());
        switch (service) {
            case "ingest-api" -> {
                environment.put("TRIGGERS_INGEST_KAFKA_BOOTSTRAP", backends.kafkaBootstrap());
                environment.put("TRIGGERS_INGEST_KAFKA_REPLICATIONFACTOR", "1");
            }
            case "event-processor" -> {
                environment.put("TRIGGERS_PROCESSOR_KAFKABOOTSTRAP", backends.kafkaBootstrap());
                environment.put("TRIGGERS_PROCESSOR_REPLICATIONFACTOR", "1");
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
        return environment;
    }

    private static Path jar(String service) {
        try (Stream<Path> files = Files.list(Project.ROOT.resolve(service).resolve("target"))) {
            return files.filter(file -> file.toString().endsWith("-exec.jar"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
