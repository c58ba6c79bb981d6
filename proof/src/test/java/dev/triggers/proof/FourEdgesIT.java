package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.EmbeddedBackends;
import dev.triggers.backends.Ports;
import dev.triggers.backends.PostgresAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** One processor and four ingest instances, all hit for one org with several times what it may send. */
class FourEdgesIT {

    private static final List<String> EDGES = List.of("edge-1", "edge-2", "edge-3", "edge-4");
    private static final int CLIENTS_AN_EDGE = 2;
    private static final int EVENTS_A_SECOND = 20;
    private static final int BURST = 30;
    private static final Duration HAMMERED = Duration.ofSeconds(8);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String EVENT = "{\"type\":\"flood.came\",\"data\":{}}";

    @TempDir
    private Path directory;

    /** An org and its key. */
    private record Org(String id, String key) {}

    @Test
    void nothingReceivedEndsAsThrottledAndNobodyElseNoticesIt() throws Exception {
        try (EmbeddedBackends backends = EmbeddedBackends.start(directory.resolve("backends"), Ports.free());
                Services services = new Services(backends, directory)) {
            services.start("event-processor");
            EDGES.forEach(edge -> services.start("ingest-api", edge));
            services.awaitReady();
            List<URI> edges = EDGES.stream().map(services::uri).toList();
            Org flooding = org(edges.getFirst());
            limit(backends.postgres(), flooding);
            Org other = org(edges.getFirst());
            edges.forEach(edge -> assertThat(post(edge, other)).isEqualTo(202));
            await().atMost(SOON)
                    .until(() -> outcomes(backends.kafkaBootstrap(), other).equals(Map.of("accepted", 4)));

            Map<Integer, Integer> answers = new TreeMap<>();
            int others = 0;
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                long end = System.nanoTime() + HAMMERED.toNanos();
                List<Future<Map<Integer, Integer>>> floods = edges.stream()
                        .flatMap(edge -> IntStream.range(0, CLIENTS_AN_EDGE).mapToObj(_ -> edge))
                        .map(edge -> clients.submit(() -> postUntil(end, edge, flooding)))
                        .toList();
                while (System.nanoTime() < end) {
                    assertThat(post(edges.get(others++ % edges.size()), other)).isEqualTo(202);
                }
                for (Future<Map<Integer, Integer>> flood : floods) {
                    flood.get().forEach((status, count) -> answers.merge(status, count, Integer::sum));
                }
            }

            assertThat(answers).containsOnlyKeys(202, 429);
            assertThat(answers.get(202)).isGreaterThan(BURST);
            assertAllAccepted(backends.kafkaBootstrap(), flooding, answers.getOrDefault(202, 0));
            assertAllAccepted(backends.kafkaBootstrap(), other, others + EDGES.size());
        }
    }

    /** Every submission has its outcome, and it is the same for all. */
    private static void assertAllAccepted(String kafka, Org org, int submitted) {
        Map<String, Integer> outcomes = await().atMost(SOON)
                .until(
                        () -> outcomes(kafka, org),
                        found -> found.values().stream().mapToInt(n -> n).sum() == submitted);
        assertThat(outcomes).isEqualTo(Map.of("accepted", submitted));
    }

    private static Map<Integer, Integer> postUntil(long endNanos, URI edge, Org org) {
        Map<Integer, Integer> answers = new TreeMap<>();
        while (System.nanoTime() < endNanos) {
            answers.merge(post(edge, org), 1, Integer::sum);
        }
        return answers;
    }

    private static int post(URI edge, Org org) {
        return Client.send(HttpRequest.newBuilder(edge.resolve("/v1/events"))
                        .header("X-API-Key", org.key())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(EVENT))
                        .build())
                .statusCode();
    }

    private static Org org(URI edge) {
        HttpResponse<byte[]> created = Client.send(HttpRequest.newBuilder(edge.resolve("/v1/orgs"))
                .header("Authorization", "Bearer " + Services.ADMIN_TOKEN)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"name\":\"edges\",\"tier\":\"enterprise\"}"))
                .build());
        assertThat(created.statusCode()).as(new String(created.body(), UTF_8)).isEqualTo(201);
        JsonNode body = Client.JSON.readTree(created.body());
        return new Org(body.at("/org/id").asString(), body.at("/key/key").asString());
    }

    /** Numbers of its own, which no call gives yet: set before its key was ever used, so that no cache holds others. */
    private static void limit(PostgresAddress postgres, Org org) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
                PreparedStatement update = connection.prepareStatement("""
                        update access.org set limit_per_minute = ?, burst = ?, version = version + 1
                        where id = ?::uuid
                        """)) {
            update.setInt(1, EVENTS_A_SECOND * 60);
            update.setInt(2, BURST);
            update.setString(3, org.id());
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    /** How often each outcome stands in the topics for an org, committed records only. */
    private static Map<String, Integer> outcomes(String kafka, Org org) {
        Map<String, Integer> outcomes = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.listTopics().entrySet().stream()
                    .filter(topic ->
                            Set.of("triggers.accepted", "triggers.rejected").contains(topic.getKey()))
                    .flatMap(topic -> topic.getValue().stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (new String(record.key(), UTF_8).equals(org.id())) {
                        Header outcome = record.headers().lastHeader("ce_trgoutcome");
                        outcomes.merge(
                                outcome == null ? "accepted" : new String(outcome.value(), UTF_8), 1, Integer::sum);
                    }
                }
            }
        }
        return outcomes;
    }
}
