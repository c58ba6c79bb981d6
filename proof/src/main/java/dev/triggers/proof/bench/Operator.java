package dev.triggers.proof.bench;

import dev.triggers.common.event.OrgId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes organisations over HTTP, as an operator does.
 *
 * @param token of the operator's
 */
record Operator(URI ingest, String token) {

    private static final int AT_ONCE = 4;
    private static final int UNAVAILABLE = 503;
    private static final int MOST_TRIES = 30;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final JsonMapper JSON = JsonMapper.shared();

    /** So many, without a limit. */
    List<Org> orgs(int count) throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient();
                ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Org>> made = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                made.add(threads.submit(() -> org(http)));
            }
            List<Org> orgs = new ArrayList<>();
            for (Future<Org> org : made) {
                orgs.add(org.get());
            }
            return orgs;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an organisation could not be made", e);
        }
    }

    /** Asks again where it is told to: a service that has just started, on a machine that is full, may not reach all at once. */
    private Org org(HttpClient http) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = asked(http);
        for (int tries = 1; answer.statusCode() == UNAVAILABLE && tries < MOST_TRIES; tries++) {
            Thread.sleep(RETRY_AFTER);
            answer = asked(http);
        }
        if (answer.statusCode() != 201) {
            throw new IllegalStateException("POST /v1/orgs: " + answer.statusCode() + " (expected: 201)");
        }
        JsonNode made = JSON.readTree(answer.body());
        return new Org(
                OrgId.parse(made.at("/org/id").asString()), made.at("/key/key").asString());
    }

    private HttpResponse<byte[]> asked(HttpClient http) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(ingest.resolve("/v1/orgs"))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"name\":\"bench\",\"tier\":\"unlimited\"}"))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "Operator[" + ingest + "]";
    }
}
