package dev.triggers.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.InboxService.Tenant;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The service as it is deployed, while its projector can not go on. */
@ExtendWith(RealBackendsExtension.class)
class SlowProjectorIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String REPLAY = "/v1/inboxes/default/messages/replay";
    private static final String FROM_THE_FIRST = "{\"from_sequence\":1}";

    private final RealBackends real;

    SlowProjectorIT(RealBackends real) {
        this.real = real;
    }

    @Test
    void aReplayThatWaitsForTheProjectorIsAnswered503AndAppliedOnceHoweverOftenItIsAskedForByName() throws Exception {
        PostgresAddress database = real.freshDatabase("slow");
        try (InboxService service = InboxService.start(real, database)) {
            Tenant tenant = service.newOrg();
            append(tenant, 3);
            await().atMost(SOON).until(() -> page(service, tenant).contains("\"sequence\":3"));
            HttpResponse<String> late;
            try (Connection holder = holdingPositions(database)) {
                ackAll(service, tenant);
                late = post(service, tenant, REPLAY, FROM_THE_FIRST, "Idempotency-Key", "once");
                assertThat(operations(service, tenant)).contains("\"applied_at\":null");
                holder.rollback();
            }
            assertThat(late.statusCode()).as(late.body()).isEqualTo(503);
            assertThat(late.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(late.body())
                    .contains("\"code\":\"inbox_unavailable\"")
                    .contains("is logged and not applied yet; it will be");

            await().atMost(SOON).until(() -> !operations(service, tenant).contains("\"applied_at\":null"));
            assertThat(unacknowledged(service, tenant)).containsExactly("1", "2", "3");
            ack(service, tenant, 2);
            HttpResponse<String> again = post(service, tenant, REPLAY, FROM_THE_FIRST, "Idempotency-Key", "once");
            assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
            assertThat(late.body()).contains(member(again.body(), "id"));
            assertThat(unacknowledged(service, tenant)).containsExactly("1", "3");

            HttpResponse<String> anew = post(service, tenant, REPLAY, FROM_THE_FIRST);
            assertThat(anew.statusCode()).isEqualTo(200);
            assertThat(unacknowledged(service, tenant)).containsExactly("1", "2", "3");
            assertThat(post(service, tenant, REPLAY, "{\"from_sequence\":2}", "Idempotency-Key", "once")
                            .body())
                    .contains("\"code\":\"invalid_parameter\"");
        }
    }

    /** No projector gets past its positions as long as somebody holds them. */
    private static Connection holdingPositions(PostgresAddress database) throws SQLException {
        Connection holder = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        holder.setAutoCommit(false);
        try (Statement statement = holder.createStatement()) {
            statement.execute("select next_offset from inbox.position for update");
        }
        return holder;
    }

    private void append(Tenant tenant, int events) {
        try (var producer = new KafkaProducer<byte[], byte[]>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, real.kafkaBootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int sequence = 1; sequence <= events; sequence++) {
                var _ = producer.send(Topics.ACCEPTED.record(tenant.org(), Events.accepted(tenant.org(), sequence)));
            }
        }
    }

    private static String page(InboxService service, Tenant tenant) throws IOException, InterruptedException {
        return service.get("/v1/inbox", tenant.key()).body();
    }

    private static void ackAll(InboxService service, Tenant tenant) throws IOException, InterruptedException {
        for (int sequence = 1; sequence <= 3; sequence++) {
            ack(service, tenant, sequence);
        }
    }

    private static void ack(InboxService service, Tenant tenant, int sequence)
            throws IOException, InterruptedException {
        String page = page(service, tenant);
        String id = page.replaceAll("(?s).*\"id\":\"([^\"]*)\",\"sequence\":" + sequence + ",.*", "$1");
        assertThat(post(service, tenant, "/v1/inbox/ack/" + id, "").statusCode())
                .isEqualTo(200);
    }

    private static String operations(InboxService service, Tenant tenant) throws IOException, InterruptedException {
        return service.get("/v1/inboxes/default/operations", tenant.key()).body();
    }

    private static String[] unacknowledged(InboxService service, Tenant tenant)
            throws IOException, InterruptedException {
        String page = page(service, tenant);
        return Pattern.compile("\"sequence\":(\\d+)")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toArray(String[]::new);
    }

    private static HttpResponse<String> post(
            InboxService service, Tenant tenant, String path, String body, String... headers)
            throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(service.at(path))
                    .header("X-API-Key", tenant.key())
                    .POST(BodyPublishers.ofString(body));
            return http.send(
                    (headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofString());
        }
    }

    private static String member(String json, String name) {
        return json.replaceAll(".*\"" + name + "\":\"([^\"]*)\".*", "$1");
    }
}
