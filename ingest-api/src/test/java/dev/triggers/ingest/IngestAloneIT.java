package dev.triggers.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.context.ConfigurableApplicationContext;

/** The service where neither Kafka nor Redis nor Postgres is there. */
@TestInstance(Lifecycle.PER_CLASS)
class IngestAloneIT {

    private static final String ADMIN = "an-admin-token-of-the-tests";

    private final HttpClient http = HttpClient.newHttpClient();
    private ConfigurableApplicationContext service;
    private String url;

    @BeforeAll
    void start() {
        service = IngestApplication.application()
                .run(
                        "--server.port=0",
                        "--triggers.drain.notice=0s",
                        "--triggers.ingest.kafka.bootstrap=127.0.0.1:1",
                        "--triggers.access.admin-tokens=" + ADMIN,
                        "--triggers.access.postgres.url=jdbc:postgresql://127.0.0.1:1/triggers",
                        "--triggers.access.redis.url=redis://127.0.0.1:1");
        url = "http://127.0.0.1:" + service.getEnvironment().getRequiredProperty("local.server.port");
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void itIsAlive() throws Exception {
        assertThat(send(HttpRequest.newBuilder(URI.create(url + "/livez"))).statusCode())
                .isEqualTo(200);
    }

    @Test
    void itWaitsForKafkaAloneAndSaysWhatElseIsMissing() throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(url + "/readyz")));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"status\":\"waiting\",\"waiting_for\":[\"kafka\"],\"degraded\":[\"redis\",\"postgres\"]}");
    }

    @Test
    void whatCouldNotBeDecidedIsSaidToBeSo() throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(url + "/v1/orgs"))
                .header("Authorization", "Bearer " + ADMIN)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"name\":\"a\",\"tier\":\"pro\"}")));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.body()).contains("\"code\":\"keys_unavailable\"");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
