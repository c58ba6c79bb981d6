package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Topics;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.MessageWriter;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.http.impl.HttpMessageWriter;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.CloudEventDeserializer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two instances of the service in front of one real Kafka, and an independent client of both: the CloudEvents SDK. */
@ExtendWith(RealBackendsExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class IngestOnKafkaIT {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private String bootstrap;
    private IngestRig one;
    private IngestRig other;
    private String key;
    private String otherKey;

    @BeforeAll
    void start(RealBackends backends) throws Exception {
        bootstrap = backends.kafkaBootstrap();
        one = IngestRig.startOnKafka(bootstrap);
        other = IngestRig.startOnKafka(bootstrap);
        OrgId org = new OrgId(UUID.randomUUID());
        key = one.keyOf(org, "1;unlimited");
        otherKey = other.keyOf(org, "1;unlimited");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get(one, "/readyz").statusCode() == 200
                        && get(other, "/readyz").statusCode() == 200);
    }

    @AfterAll
    void stop() {
        one.close();
        other.close();
    }

    // -- an independent client

    @Test
    void whatTheSdkSendsInBinaryModeItReadsBack() throws Exception {
        CloudEvent event = event("binary-1");

        assertThat(readBack(sent(event, false))).isEqualTo(event);
    }

    @Test
    void whatTheSdkSendsInStructuredModeItReadsBack() throws Exception {
        CloudEvent event = event("structured-1");

        assertThat(readBack(sent(event, true))).isEqualTo(event);
    }

    @Test
    void whatTheSdkSendsInABatchItReadsBack() throws Exception {
        List<CloudEvent> events = List.of(event("batch-1"), event("batch-2"));
        String body = "["
                + new String(new JsonFormat().serialize(events.get(0)), UTF_8) + ","
                + new String(new JsonFormat().serialize(events.get(1)), UTF_8) + "]";

        JsonNode results = JSON.readTree(post(one, key, "/v1/events/batch", body, "application/cloudevents-batch+json")
                        .body())
                .get("results");

        assertThat(readBack(results.get(0).get("receipt").asString())).isEqualTo(events.get(0));
        assertThat(readBack(results.get(1).get("receipt").asString())).isEqualTo(events.get(1));
    }

    @Test
    void whatIsNoCloudEventIsOneInTheTopic() throws Exception {
        JsonNode received = JSON.readTree(
                post(one, key, "/v1/events", "{\"type\":\"a.b\",\"data\":{\"n\": 0.10}}", "application/json")
                        .body());

        CloudEvent event = read(received.get("receipt").asString());

        assertThat(event.getId()).isEqualTo(received.get("id").asString());
        assertThat(event.getType()).isEqualTo("a.b");
        assertThat(event.getDataContentType()).isEqualTo("application/json");
        assertThat(Objects.requireNonNull(event.getData()).toBytes()).isEqualTo("{\"n\": 0.10}".getBytes(UTF_8));
        assertThat(event.getExtension("trgeventid")).isEqualTo(event.getId());
    }

    private static CloudEvent event(String id) {
        return CloudEventBuilder.v1()
                .withId(id)
                .withSource(URI.create("https://shop.example/orders?x=%20y"))
                .withType("order.created")
                .withSubject("order 7 ä😀 100%")
                .withTime(OffsetDateTime.parse("2026-01-31T12:00:00.123456789+01:00"))
                .withDataSchema(URI.create("https://shop.example/schema"))
                .withExtension("comment", "Euro € \"quoted\" %41 😀")
                .withExtension("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .withData("application/json", "{\"n\":0.10,\"s\":\"ä\"}".getBytes(UTF_8))
                .build();
    }

    /** Its receipt. */
    private String sent(CloudEvent event, boolean structured) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + one.port() + "/v1/events"))
                .header("X-API-Key", key);
        MessageWriter<HttpMessageWriter, Void> writer = HttpMessageFactory.createWriter(
                (name, value) -> request.header(name, encoded(value)),
                body -> request.POST(BodyPublishers.ofByteArray(body)));
        if (structured) {
            writer.writeStructured(event, new JsonFormat());
        } else {
            writer.writeBinary(event);
        }
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return JSON.readTree(answer.body()).get("receipt").asString();
    }

    /** As the HTTP binding (3.1.3.2) has it, which the SDK leaves to the transport. */
    private static String encoded(String value) {
        StringBuilder text = new StringBuilder();
        for (byte octet : value.getBytes(UTF_8)) {
            boolean plain = octet > ' ' && octet < 0x7f && octet != '"' && octet != '%';
            text.append(plain ? String.valueOf((char) octet) : String.format(Locale.ROOT, "%%%02X", octet & 0xff));
        }
        return text.toString();
    }

    /** The event without what was added to it here. */
    private CloudEvent readBack(String receipt) {
        CloudEvent event = read(receipt);
        CloudEventBuilder builder = CloudEventBuilder.v1(event);
        event.getExtensionNames().stream()
                .filter(name -> name.startsWith("trg"))
                .forEach(builder::withoutExtension);
        CloudEvent plain = builder.build();
        return CloudEventBuilder.v1(plain)
                .withData(
                        "application/json",
                        Objects.requireNonNull(plain.getData()).toBytes())
                .build();
    }

    private CloudEvent read(String text) {
        Receipt receipt = Receipt.parse(text);
        TopicPartition partition = new TopicPartition(Topics.INGESTED.name(), receipt.partition());
        try (KafkaConsumer<String, CloudEvent> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new StringDeserializer(), new CloudEventDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, receipt.offset());
            return await().atMost(Duration.ofSeconds(20))
                    .until(() -> consumer.poll(Duration.ofMillis(500)), polled -> !polled.isEmpty())
                    .iterator()
                    .next()
                    .value();
        }
    }

    // -- two instances

    @Test
    void fiftyIdenticalPostsToTwoInstancesAtOnceAreOneId() throws Exception {
        String body = "{\"type\":\"a\",\"dedup_id\":\"fifty\",\"data\":{}}";
        List<Callable<HttpResponse<String>>> posts = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            posts.add(() -> post(one, key, "/v1/events", body, "application/json"));
            posts.add(() -> post(other, otherKey, "/v1/events", body, "application/json"));
        }
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Set<String> ids = new HashSet<>();
            Set<String> receipts = new HashSet<>();
            for (Future<HttpResponse<String>> answer : clients.invokeAll(posts)) {
                assertThat(answer.get().statusCode()).isEqualTo(202);
                JsonNode received = JSON.readTree(answer.get().body());
                ids.add(received.get("id").asString());
                receipts.add(received.get("receipt").asString());
            }

            assertThat(ids).hasSize(1);
            assertThat(receipts).hasSize(50);
        }
    }

    // -- Kafka away

    @Test
    void kafkaStoppedAndStartedUnderLoadKeepsAllThatWasSaidToBeReceived(RealBackends backends) throws Exception {
        Collection<String> received = new ConcurrentLinkedQueue<>();
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger number = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> loads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                boolean batches = i % 2 == 0;
                loads.add(clients.submit(() -> load(batches, number, received, failed, stop)));
            }
            try {
                await().atMost(Duration.ofSeconds(20)).until(() -> received.size() > 500);
                backends.kafka().stop();
                await().atMost(Duration.ofSeconds(20)).until(() -> failed.get() > 20);
            } finally {
                backends.kafka().start();
            }
            int before = received.size();
            await().atMost(Duration.ofSeconds(30)).until(() -> received.size() > before + 500);
            stop.set(true);
            for (Future<Long> load : loads) {
                assertThat(Duration.ofNanos(load.get())).as("slowest answer").isLessThan(Duration.ofMillis(3_500));
            }
        }

        Map<String, String> kept = dataByReceipt();
        for (String each : received) {
            String[] receiptAndData = each.split(" ", 2);
            assertThat(kept.get(receiptAndData[0])).isEqualTo(receiptAndData[1]);
        }
    }

    /** Posts until it is told to stop. The slowest answer, in nanoseconds. */
    private long load(
            boolean batches,
            AtomicInteger number,
            Collection<String> received,
            AtomicInteger failed,
            AtomicBoolean stop)
            throws Exception {
        long slowest = 0;
        while (!stop.get()) {
            List<String> data = IntStream.range(0, batches ? 50 : 1)
                    .mapToObj(_ -> "{\"n\":" + number.incrementAndGet() + "}")
                    .toList();
            List<String> events = data.stream()
                    .map(n -> "{\"type\":\"load\",\"data\":" + n + "}")
                    .toList();
            long begin = System.nanoTime();
            HttpResponse<String> answer = batches
                    ? post(one, key, "/v1/events/batch", String.join("\n", events), "application/x-ndjson")
                    : post(one, key, "/v1/events", events.getFirst(), "application/json");
            slowest = Math.max(slowest, System.nanoTime() - begin);
            assertThat(answer.statusCode()).as(answer.body()).isIn(202, 207, 503);
            if (answer.statusCode() != 202) {
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            }
            JsonNode body = JSON.readTree(answer.body());
            for (int i = 0; i < data.size(); i++) {
                JsonNode item = batches ? body.get("results").get(i) : body;
                if (item.has("receipt")) {
                    received.add(item.get("receipt").asString() + " " + data.get(i));
                } else {
                    String code = batches
                            ? item.at("/error/code").asString()
                            : item.get("code").asString();
                    assertThat(code).isIn("log_unavailable", "outcome_unknown");
                    failed.incrementAndGet();
                }
            }
        }
        return slowest;
    }

    private Map<String, String> dataByReceipt() {
        Map<String, String> data = new HashMap<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.INGESTED.name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    data.put(record.partition() + "-" + record.offset(), record.value());
                }
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
        }
        return data;
    }

    private HttpResponse<String> get(IngestRig service, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> post(IngestRig service, String withKey, String path, String body, String type)
            throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                        .header("X-API-Key", withKey)
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
