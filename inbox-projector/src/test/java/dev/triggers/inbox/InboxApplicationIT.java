package dev.triggers.inbox;

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
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The service as it is deployed, where Redis and Postgres come late and go. */
@ExtendWith(RealBackendsExtension.class)
class InboxApplicationIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String SOMEBODY = "trg_live_00000000_00000000000000000000000000000000000000";

    private final HttpClient http = HttpClient.newHttpClient();
    private RealBackends backends;
    private @Nullable ConfigurableApplicationContext service;

    @BeforeEach
    void remember(RealBackends backends) {
        this.backends = backends;
    }

    @AfterEach
    void startWhatWasStopped() {
        service().close();
        backends.redis().start();
        backends.postgreSql().start();
    }

    @Test
    void itWaitsForItsTablesServesWithoutRedisAndOutlivesPostgres() throws Exception {
        PostgresAddress database = backends.freshDatabase("inbox_away");
        backends.redis().stop();
        backends.postgreSql().stop();

        service = start(database);

        assertThat(get("/livez", SOMEBODY).statusCode()).isEqualTo(200);
        HttpResponse<String> waiting = get("/readyz", SOMEBODY);
        assertThat(waiting.statusCode()).isEqualTo(503);
        assertThat(waiting.body()).contains("\"inbox: postgres\"").endsWith("\"degraded\":[\"redis\",\"postgres\"]}");

        backends.postgreSql().start();
        awaitReady("[\"redis\"]");
        String key = service()
                .getBean(Orgs.class)
                .create("acme", Tier.UNLIMITED)
                .key()
                .key()
                .reveal();
        await().atMost(SOON).until(() -> get("/v1/inbox", key).statusCode() == 200);

        backends.redis().start();
        awaitReady("[]");

        backends.postgreSql().stop();
        HttpResponse<String> away = get("/v1/inbox", key);
        assertThat(away.statusCode()).isEqualTo(503);
        assertThat(away.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(away.body()).contains("\"code\":\"inbox_unavailable\"");
        assertThat(get("/readyz", SOMEBODY).statusCode()).isEqualTo(200);

        backends.postgreSql().start();
        await().atMost(SOON).until(() -> get("/v1/inbox", key).statusCode() == 200);
    }

    private ConfigurableApplicationContext service() {
        return Objects.requireNonNull(service);
    }

    private ConfigurableApplicationContext start(PostgresAddress database) {
        return new SpringApplicationBuilder(InboxApplication.class)
                .properties("spring.config.name=inbox-projector")
                .run(
                        "--server.port=0",
                        "--triggers.dev=true",
                        "--triggers.drain.notice=0s",
                        "--triggers.inbox.kafka-bootstrap=" + backends.kafkaBootstrap(),
                        "--triggers.inbox.replication-factor=1",
                        "--triggers.inbox.postgres.wait-millis=500",
                        "--triggers.access.postgres.connection-timeout=500ms",
                        "--triggers.inbox.postgres.url=" + database.jdbcUrl(),
                        "--triggers.inbox.postgres.owner=" + database.user(),
                        "--triggers.inbox.postgres.owner-password=" + database.password(),
                        "--triggers.inbox.postgres.projector-password=" + database.password(),
                        "--triggers.inbox.postgres.reader-password=" + database.password(),
                        "--triggers.access.postgres.url=" + database.jdbcUrl(),
                        "--triggers.access.postgres.user=" + database.user(),
                        "--triggers.access.postgres.password=" + database.password(),
                        "--triggers.access.redis.pause=100ms",
                        "--triggers.access.redis.url=" + backends.redisUrl());
    }

    private void awaitReady(String degraded) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(get("/readyz", SOMEBODY).body())
                        .isEqualTo("{\"status\":\"ready\",\"waiting_for\":[],\"degraded\":" + degraded + "}"));
    }

    private HttpResponse<String> get(String path, String key) throws IOException, InterruptedException {
        String port = service().getEnvironment().getRequiredProperty("local.server.port");
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("X-API-Key", key)
                        .build(),
                BodyHandlers.ofString());
    }
}
