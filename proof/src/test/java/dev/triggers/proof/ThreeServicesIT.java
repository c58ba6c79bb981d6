package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.EmbeddedBackends;
import dev.triggers.backends.Ports;
import dev.triggers.proof.Client.InboxEvent;
import dev.triggers.proof.Client.Receipt;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The services as they are deployed: three processes from their own jars. */
@TestMethodOrder(OrderAnnotation.class)
class ThreeServicesIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration GONE_WITHIN = Duration.ofSeconds(15);
    private static final int SIGTERM = 128 + 15;

    /** Connections of services with 256 MB of heap: a quarter of it, 64 KiB each. */
    private static final int FIT = 900;

    private static final int MORE_THAN_THE_HEAP = 5_000;

    private static final String EVENT = "{\"type\":\"under.way\",\"data\":{\"n\":1.0}}";
    private static final String ACK = "{\"event_ids\":[\"01a207b6-725c-77ce-b2b4-daf0135b9850\"]}";

    private static EmbeddedBackends backends;
    private static Services services;

    @BeforeAll
    static void start(@TempDir Path directory) {
        backends = EmbeddedBackends.start(directory.resolve("backends"), Ports.free());
        services = new Services(backends, directory);
        services.start("ingest-api");
        services.start("event-processor");
        services.start("inbox-projector");
        services.start("ingest-api", "ingest-api-2");
        services.awaitReady();
    }

    @AfterAll
    static void stop() {
        try (EmbeddedBackends _ = backends) {
            services.close();
        }
    }

    private static Client newOrg() {
        return Client.ofNewOrg(services.uri("ingest-api"), services.uri("inbox-projector"), Services.ADMIN_TOKEN);
    }

    @Test
    @Order(1)
    void threeProcessesDoWhatOneDoesPauseExactlyAndSurviveBeingKilled() throws Exception {
        Client client = newOrg();
        assertSentAtOnceToTwoInstancesIsKeptOnce(newOrg());
        new PauseRace(newOrg(), backends.postgres()).run();

        Project.sample().forEach(client::submit);
        List<InboxEvent> before = awaitInbox(client, Project.sample().size());
        client.acknowledge(List.of(before.getFirst().id()));

        services.process("event-processor").kill();
        services.process("inbox-projector").kill();
        client.submit("{\"type\":\"while.away\",\"data\":{}}");
        services.process("ingest-api").kill();
        services.start("ingest-api");
        services.start("event-processor");
        services.start("inbox-projector");
        services.awaitReady();
        Project.sample().forEach(client::submit);

        List<InboxEvent> after = awaitInbox(client, Project.sample().size());
        assertThat(after.subList(0, before.size() - 1)).isEqualTo(before.subList(1, before.size()));
        assertThat(after.getLast().type()).isEqualTo("while.away");
        assertThat(after.getLast().sequence()).isEqualTo(before.size() + 1L);
    }

    private static void assertSentAtOnceToTwoInstancesIsKeptOnce(Client one) throws Exception {
        Client other = new Client(services.uri("ingest-api-2"), services.uri("inbox-projector"), one.key());
        String event = "{\"type\":\"sent.often\",\"dedup_id\":\"same\",\"data\":{\"n\":1}}";
        List<Callable<Receipt>> posts = IntStream.range(0, 50)
                .<Callable<Receipt>>mapToObj(i -> () -> (i % 2 == 0 ? one : other).submit(event))
                .toList();
        List<Receipt> receipts = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Receipt> receipt : clients.invokeAll(posts)) {
                receipts.add(receipt.get());
            }
        }

        assertThat(receipts)
                .extracting(Receipt::id)
                .containsOnly(receipts.getFirst().id());
        List<String> outcomes = new ArrayList<>();
        for (Receipt receipt : receipts) {
            outcomes.add(one.awaitOutcome(receipt));
        }
        assertThat(outcomes).filteredOn("accepted"::equals).hasSize(1);
        assertThat(outcomes).filteredOn("duplicate"::equals).hasSize(49);
        assertThat(one.inbox("&status=all")).hasSize(1);
    }

    /** Each of them takes heap before anybody can know who it is. */
    @Test
    @Order(2)
    void clientsWhoSendHalfARequestDoNotUseUpTheHeap() {
        Client client = newOrg();
        for (String service : List.of("ingest-api", "inbox-projector")) {
            try (Crowd crowd = Crowd.before(services.uri(service), MORE_THAN_THE_HEAP)) {
                assertThat(crowd.size()).as(service).isBetween(FIT, MORE_THAN_THE_HEAP - 1);
            }
        }

        client.submit(EVENT);

        assertThat(awaitInbox(client, 1)).hasSize(1);
        for (String service : List.of("ingest-api", "inbox-projector")) {
            assertThat(services.output(service)).doesNotContain("OutOfMemoryError");
        }
    }

    /** It ends them, so it comes last. */
    @Test
    @Order(3)
    void whatIsUnderWayWhenAServiceIsToldToEndIsAnsweredAndKept() {
        Client client = newOrg();
        Launched ingest = services.process("ingest-api");
        Launched inbox = services.process("inbox-projector");
        try (HalfSent event = HalfSent.post(services.uri("ingest-api"), "/v1/events", client.key(), EVENT);
                HalfSent ack = HalfSent.post(services.uri("inbox-projector"), "/v1/inbox/ack", client.key(), ACK)) {

            ingest.terminate();
            inbox.terminate();

            awaitDraining(services.uri("ingest-api"));
            awaitDraining(services.uri("inbox-projector"));
            awaitRefused(() -> client.post(EVENT));
            awaitRefused(() -> client.get("/v1/inbox"));
            String kept = event.finish();
            assertThat(kept).startsWith("HTTP/1.1 202");
            assertThat(ack.finish()).startsWith("HTTP/1.1 200").contains("\"failed\":1");
            assertThat(ingest.awaitEnd(GONE_WITHIN)).isEqualTo(SIGTERM);
            assertThat(inbox.awaitEnd(GONE_WITHIN)).isEqualTo(SIGTERM);
            assertThat(inTheLog(kept.replaceFirst("(?s).*\"receipt\":\"([0-9-]+)\".*", "$1")))
                    .isEqualTo(RawJson.data(EVENT));
        }
    }

    /** That it is not ready and says so, on a port that is still open. */
    private static void awaitDraining(URI service) {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/readyz")).build();
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
    private static String inTheLog(String receipt) {
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
}
