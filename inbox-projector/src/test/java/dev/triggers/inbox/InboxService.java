package dev.triggers.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.access.IssuedKey;
import dev.triggers.access.KeyRing;
import dev.triggers.access.Orgs;
import dev.triggers.access.Scope;
import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Tier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** One instance of the service as it is deployed, on a free port. */
public final class InboxService implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ConfigurableApplicationContext context;

    private InboxService(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts one and waits until it is ready. */
    public static InboxService start(RealBackends backends, PostgresAddress database, String... settings) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--triggers.dev=true",
                "--triggers.drain.notice=0s",
                "--triggers.inbox.kafka-bootstrap=" + backends.kafkaBootstrap(),
                "--triggers.inbox.replication-factor=1",
                "--triggers.inbox.postgres.url=" + database.jdbcUrl(),
                "--triggers.inbox.postgres.owner=" + database.user(),
                "--triggers.inbox.postgres.owner-password=" + database.password(),
                "--triggers.inbox.postgres.projector-password=" + database.password(),
                "--triggers.inbox.postgres.reader-password=" + database.password(),
                "--triggers.access.postgres.url=" + database.jdbcUrl(),
                "--triggers.access.postgres.user=" + database.user(),
                "--triggers.access.postgres.password=" + database.password(),
                "--triggers.access.redis.pause=100ms",
                "--triggers.access.redis.url=" + backends.redisUrl()));
        arguments.addAll(List.of(settings));
        InboxService service = new InboxService(new SpringApplicationBuilder(InboxApplication.class)
                .properties("spring.config.name=inbox-projector")
                .run(arguments.toArray(String[]::new)));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(service.get("/readyz", "").body())
                        .isEqualTo("{\"status\":\"ready\",\"waiting_for\":[],\"degraded\":[]}"));
        return service;
    }

    /** An org that was just made, and its first key. */
    public record Tenant(OrgId org, String keyId, String key) {}

    public Tenant newOrg() {
        var created = context.getBean(Orgs.class).create("acme", Tier.UNLIMITED);
        return new Tenant(
                created.org().id(), created.key().id(), created.key().key().reveal());
    }

    /** Another key of the org. */
    public IssuedKey issue(OrgId org, Scope... scopes) {
        return context.getBean(KeyRing.class)
                .issue(org, "more", Set.of(scopes), Optional.empty())
                .orElseThrow();
    }

    public void revoke(OrgId org, String keyId) {
        assertThat(context.getBean(KeyRing.class).revoke(org, keyId)).isTrue();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public int port() {
        return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
    }

    public URI at(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    public HttpResponse<String> get(String path, String key) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(at(path)).header("X-API-Key", key).build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        context.close();
    }
}
