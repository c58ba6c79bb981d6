package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.EmbeddedBackends;
import dev.triggers.backends.Ports;
import dev.triggers.proof.Client.InboxEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The services as they are deployed: three processes from their own jars. */
class ThreeServicesIT {

    private static final String ADMIN_TOKEN = "an-admin-token-of-this-test";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration GONE_WITHIN = Duration.ofSeconds(15);
    private static final int SIGTERM = 128 + 15;

    private static final String EVENT = "{\"type\":\"under.way\",\"data\":{\"n\":1.0}}";
    private static final String ACK = "{\"event_ids\":[\"01a207b6-725c-77ce-b2b4-daf0135b9850\"]}";

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

    @Test
    void whatIsUnderWayWhenAServiceIsToldToEndIsAnsweredAndKept() {
        try (EmbeddedBackends backends = EmbeddedBackends.start(directory.resolve("backends"), Ports.free())) {
            Launched ingest = start("ingest-api", backends);
            Launched inbox = start("inbox-projector", backends);
            ports.keySet().forEach(this::awaitReady);
            Client client = Client.ofNewOrg(uri("ingest-api"), uri("inbox-projector"), ADMIN_TOKEN);
            try (HalfSent event = HalfSent.post(uri("ingest-api"), "/v1/events", client.key(), EVENT);
                    HalfSent ack = HalfSent.post(uri("inbox-projector"), "/v1/inbox/ack", client.key(), ACK)) {

                ingest.terminate();
                inbox.terminate();

                ports.keySet().forEach(this::awaitDraining);
                awaitRefused(() -> client.post(EVENT));
                awaitRefused(() -> client.get("/v1/inbox"));
                String kept = event.finish();
                assertThat(kept).startsWith("HTTP/1.1 202");
                assertThat(ack.finish()).startsWith("HTTP/1.1 200").contains("\"failed\":1");
                assertThat(ingest.awaitEnd(GONE_WITHIN)).isEqualTo(SIGTERM);
                assertThat(inbox.awaitEnd(GONE_WITHIN)).isEqualTo(SIGTERM);
                assertThat(inTheLog(kept.replaceFirst("(?s).*\"receipt\":\"([0-9-]+)\".*", "$1"), backends))
                        .isEqualTo(RawJson.data(EVENT));
            }
        }
    }

    /** That it is not ready and says so, on a port that is still open. */
    private void awaitDraining(String service) {
        HttpRequest request =
                HttpRequest.newBuilder(uri(service).resolve("/readyz")).build();
        HttpResponse<byte[]> answer =
                await().atMost(SOON).until(() -> Client.send(request), response -> response.statusCode() == 503);
        assertThat(new String(answer.body(), UTF_8)).contains("\"status\":\"draining\"");
    }

    private static void awaitRefused(Callable<HttpResponse<byte[]>> request) {
        HttpResponse<byte[]> refusal = await().atMost(SOON).until(request, answer -> answer.statusCode() == 503);
        assertThat(new String(refusal.body(), UTF_8)).contains("\"code\":\"draining\"");
        assertThat(refusal.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(refusal.headers().firstValue("Connection")).hasValue("close");
    }

    /** The data of a submission, read as anybody could. */
    private static String inTheLog(String receipt, EmbeddedBackends backends) {
        String[] place = receipt.split("-", 2);
        TopicPartition partition = new TopicPartition("triggers.ingested", Integer.parseInt(place[0]));
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", backends.kafkaBootstrap()),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, Long.parseLong(place[1]));
            return await().atMost(SOON)
                    .until(() -> consumer.poll(Duration.ofMillis(500)), records -> !records.isEmpty())
                    .iterator()
                    .next()
                    .value();
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
                .until(() -> Client.sendToAny(request).statusCode() == 200);
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
        environment.put("TRIGGERS_DRAIN_NOTICE", "1s");
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
