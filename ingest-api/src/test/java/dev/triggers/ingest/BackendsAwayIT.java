package dev.triggers.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.access.Orgs;
import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.limit.Tier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.context.ConfigurableApplicationContext;

/** What ingest serves while Redis, Postgres or both are away, and that it serves all once they are there. */
@ExtendWith(RealBackendsExtension.class)
class BackendsAwayIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String ADMIN = "an-admin-token-of-the-tests";

    private final HttpClient http = HttpClient.newHttpClient();
    private RealBackends backends;
    private PostgresAddress database;
    private @Nullable ConfigurableApplicationContext service;

    @BeforeEach
    void remember(RealBackends backends) {
        this.backends = backends;
        database = backends.freshDatabase("ingest_away");
    }

    @AfterEach
    void startWhatWasStopped() {
        service().close();
        backends.redis().start();
        backends.postgreSql().start();
    }

    @Test
    void startedWithoutRedisAndPostgresItIsReadySaysSoAndLaterServesAll() throws Exception {
        backends.redis().stop();
        backends.postgreSql().stop();

        start();

        awaitReady("[\"redis\",\"postgres\"]");
        assertAway(newOrg());
        assertThat(post("x").statusCode()).isEqualTo(401); // decided without asking anybody

        backends.redis().start();
        backends.postgreSql().start();
        await().atMost(SOON).until(() -> newOrg().statusCode() == 201);
        String key = service()
                .getBean(Orgs.class)
                .create("acme", Tier.UNLIMITED)
                .key()
                .key()
                .reveal();
        await().atMost(SOON).until(() -> post(key).statusCode() == 202);
        awaitReady("[]");
    }

    @Test
    void withoutRedisEveryKeyIsServed() throws Exception {
        start();
        awaitReady("[]");
        String seen = newKey();
        String unseen = newKey();
        assertThat(post(seen).statusCode()).isEqualTo(202);

        backends.redis().stop();

        assertThat(post(seen).statusCode()).isEqualTo(202);
        assertThat(post(unseen).statusCode()).isEqualTo(202);
        awaitReady("[\"redis\"]");

        backends.redis().start();
        awaitReady("[]");
    }

    @Test
    void withoutPostgresKnownKeysAreServedAndOthersAreNotCalledInvalid() throws Exception {
        start();
        awaitReady("[]");
        String known = newKey();
        String unseen = newKey();
        assertThat(post(known).statusCode()).isEqualTo(202);

        backends.postgreSql().stop();

        assertThat(post(known).statusCode()).isEqualTo(202);
        assertAway(post(unseen));
        awaitReady("[\"postgres\"]");

        backends.redis().stop(); // so that it is known to this instance alone, and past its time there
        assertThat(post(known).statusCode()).isEqualTo(202);
        awaitReady("[\"redis\",\"postgres\"]");

        backends.postgreSql().start();
        await().atMost(SOON).until(() -> post(unseen).statusCode() == 202);
    }

    private ConfigurableApplicationContext service() {
        return Objects.requireNonNull(service);
    }

    private void start() {
        service = IngestApplication.application()
                .run(
                        "--server.port=0",
                        "--triggers.dev=true",
                        "--triggers.drain.notice=0s",
                        "--triggers.ingest.kafka.bootstrap=" + backends.kafkaBootstrap(),
                        "--triggers.ingest.kafka.replication-factor=1",
                        "--triggers.access.admin-tokens=" + ADMIN,
                        "--triggers.access.postgres.url=" + database.jdbcUrl(),
                        "--triggers.access.postgres.user=" + database.user(),
                        "--triggers.access.postgres.password=" + database.password(),
                        "--triggers.access.cache.refresh-after=1ms",
                        "--triggers.access.cache.expire-after=1ms",
                        "--triggers.access.redis.pause=100ms",
                        "--triggers.access.redis.url=" + backends.redisUrl());
    }

    private String newKey() {
        return service()
                .getBean(Orgs.class)
                .create("acme", Tier.UNLIMITED)
                .key()
                .key()
                .reveal();
    }

    private void awaitReady(String degraded) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(send(request("/readyz").GET()).body())
                        .isEqualTo("{\"status\":\"ready\",\"waiting_for\":[],\"degraded\":" + degraded + "}"));
    }

    private static void assertAway(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.body()).contains("\"code\":\"keys_unavailable\"");
    }

    private HttpResponse<String> newOrg() throws IOException, InterruptedException {
        return send(request("/v1/orgs")
                .header("Authorization", "Bearer " + ADMIN)
                .POST(BodyPublishers.ofString("{\"name\":\"acme\",\"tier\":\"pro\"}")));
    }

    private HttpResponse<String> post(String key) throws IOException, InterruptedException {
        return send(request("/v1/events")
                .header("Authorization", "Bearer " + key)
                .POST(BodyPublishers.ofString("{\"type\":\"a\",\"data\":{}}")));
    }

    private HttpRequest.Builder request(String path) {
        String port = service().getEnvironment().getRequiredProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
