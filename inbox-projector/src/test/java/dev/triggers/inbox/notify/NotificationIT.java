package dev.triggers.inbox.notify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.access.Scope;
import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.InboxService;
import dev.triggers.inbox.InboxService.Tenant;
import dev.triggers.inbox.notify.HttpsReceiver.Received;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From an event in the log to a signed request at its owner's, with two instances that share the work. */
@ExtendWith(RealBackendsExtension.class)
class NotificationIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static SSLContext before;
    private static HttpsReceiver receiver;
    private static InboxService one;
    private static InboxService other;
    private static KafkaProducer<byte[], byte[]> producer;

    private Tenant tenant;

    @BeforeAll
    static void start(RealBackends real, @TempDir Path directory) throws Exception {
        before = SSLContext.getDefault();
        KeyStore certificate = HttpsReceiver.certificate(directory);
        SSLContext.setDefault(HttpsReceiver.trusting(certificate));
        receiver = HttpsReceiver.start("127.0.0.1", certificate);
        PostgresAddress database = real.freshDatabase("notifications");
        one = instance(real, database);
        other = instance(real, database);
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, real.kafkaBootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static InboxService instance(RealBackends real, PostgresAddress database) {
        return InboxService.start(
                real,
                database,
                "--triggers.inbox.notifications.anywhere=true",
                "--triggers.inbox.notifications.first-retry=100ms");
    }

    @AfterAll
    static void stop() {
        producer.close();
        one.close();
        other.close();
        receiver.close();
        SSLContext.setDefault(before);
    }

    @BeforeEach
    void newOrg() {
        tenant = one.newOrg();
        receiver.received().clear();
        receiver.answers(204);
    }

    @Test
    void itsOwnerIsToldOnceOfAllThatArrived() throws Exception {
        aimAt("/hook");
        append(1, 20);
        await().atMost(SOON).until(() -> told() == 20);
        append(21, 25);
        await().atMost(SOON).until(() -> told() == 25);

        List<Received> received = received();
        assertThat(received).extracting(Received::id).doesNotHaveDuplicates();
        assertThat(received).extracting(Received::path).containsOnly("/hook");
        assertThat(received)
                .extracting(Received::body)
                .allSatisfy(body -> assertThat(body)
                        .startsWith(
                                "{\"inbox_id\":\"" + InboxId.defaultOf(tenant.org()) + "\",\"received_message_count\":")
                        .endsWith(",\"redelivery\":false}"));
        String secret = member(get("/v1/inboxes/default/notification").body(), "secret");
        WebhookSecret signing = new WebhookSecret(Base64.getDecoder().decode(secret.substring("whsec_".length())));
        assertThat(received)
                .allSatisfy(one -> assertThat(one.signature())
                        .isEqualTo(WebhookSecret.signatures(
                                List.of(signing),
                                one.id(),
                                Instant.ofEpochSecond(Long.parseLong(one.timestamp())),
                                one.body().getBytes(UTF_8))));
    }

    @Test
    void whatFailedIsSentAgainAsTheSame() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        receiver.reacts(exchange -> {
            boolean ours = exchange.getRequestURI().getPath().equals("/flaky");
            exchange.sendResponseHeaders(ours && attempts.incrementAndGet() < 3 ? 503 : 200, -1);
        });
        aimAt("/flaky");
        append(1, 2);

        await().atMost(SOON)
                .until(() -> get("/v1/inboxes/default/notification").body().contains("\"last_result\":\"delivered\""));

        assertThat(received().subList(0, 3))
                .allSatisfy(one ->
                        assertThat(one.id()).isEqualTo(received().getFirst().id()))
                .allSatisfy(one ->
                        assertThat(one.body()).isEqualTo(received().getFirst().body()));
    }

    @Test
    void whoIsGoneIsNotSentToAnyMore() throws Exception {
        receiver.answers(410);
        aimAt("/gone");
        append(1, 1);
        await().atMost(SOON)
                .until(() -> !get("/v1/inboxes/default/notification").body().contains("\"stopped_at\":null"));
        receiver.answers(204);
        append(2, 2);

        Tenant another = tenant;
        tenant = one.newOrg();
        aimAt("/fine");
        append(1, 1);
        await().atMost(SOON).until(() -> told("/fine") == 1);
        assertThat(receiver.received())
                .filteredOn(one -> one.path().equals("/gone"))
                .hasSize(1);
        tenant = another;
        aimAt("/there");
        append(3, 3);
        await().atMost(SOON).until(() -> told("/there") >= 1);
    }

    @Test
    void aSecretIsRotatedWithBothSigningMeanwhile() throws Exception {
        aimAt("/rotated");
        String before = member(get("/v1/inboxes/default/notification").body(), "secret");
        HttpResponse<String> rotated = send("POST", "/v1/inboxes/default/notification/rotate", "{}");
        assertThat(rotated.statusCode()).isEqualTo(200);
        assertThat(member(rotated.body(), "secret")).isNotEqualTo(before);
        assertThat(rotated.headers().firstValue("Cache-Control")).hasValue("no-store");

        append(1, 1);

        await().atMost(SOON).until(() -> told() == 1);
        assertThat(received().getFirst().signature().split(" ")).hasSize(2);
    }

    @Test
    void anAddressThatIsNotFitIsRefusedAndSoIsAKeyThatMayNotManage() throws Exception {
        for (String url :
                List.of("http://example.com/", "https://127.0.0.1/", "https://[fd00::1]/", "https://u@a.b/")) {
            HttpResponse<String> refused =
                    send("PATCH", "/v1/inboxes/default", "{\"notification_url\":\"" + url + "\"}");
            assertThat(refused.statusCode()).as(url).isEqualTo(400);
        }
        String reader = one.issue(tenant.org(), Scope.INBOX_READ).key().reveal();
        assertThat(one.get("/v1/inboxes/default/notification", reader).statusCode())
                .isEqualTo(403);
        assertThat(get("/v1/inboxes/" + Events.newOrg() + "/notification").statusCode())
                .isEqualTo(404);
    }

    private void aimAt(String path) throws Exception {
        HttpResponse<String> aimed = send(
                "PATCH",
                "/v1/inboxes/default",
                "{\"notification_url\":\"https://localhost:" + receiver.port() + path + "\"}");
        assertThat(aimed.statusCode()).as(aimed.body()).isEqualTo(200);
    }

    /** What came for this test's inbox: one of an earlier test may still be told something. */
    private List<Received> received() {
        String inbox = InboxId.defaultOf(tenant.org()).toString();
        return receiver.received().stream()
                .filter(one -> one.body().contains(inbox))
                .toList();
    }

    private long told() {
        return received().stream().mapToLong(NotificationIT::count).sum();
    }

    private long told(String path) {
        return received().stream()
                .filter(one -> one.path().equals(path))
                .mapToLong(NotificationIT::count)
                .sum();
    }

    private static long count(Received received) {
        return Long.parseLong(received.body().replaceAll(".*_count\":(\\d+),.*", "$1"));
    }

    private void append(long first, long last) {
        for (long sequence = first; sequence <= last; sequence++) {
            var _ = producer.send(Topics.ACCEPTED.record(tenant.org(), Events.accepted(tenant.org(), sequence)));
        }
        producer.flush();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return one.get(path, tenant.key());
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(other.at(path))
                            .header("X-API-Key", tenant.key())
                            .header("Content-Type", "application/json")
                            .method(method, BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    private static String member(String json, String name) {
        return json.replaceAll(".*\"" + name + "\":\"([^\"]*)\".*", "$1");
    }
}
