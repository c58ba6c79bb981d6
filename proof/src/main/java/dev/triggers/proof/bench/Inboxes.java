package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import tools.jackson.databind.json.JsonMapper;

/** Named inboxes, made over HTTP as their users do. */
final class Inboxes {

    private static final Duration ACTIVE_WITHIN = Duration.ofSeconds(30);
    private static final int CREATED = 201;
    private static final JsonMapper JSON = JsonMapper.shared();

    private Inboxes() {}

    /** Makes so many that take types nobody sends, and returns their ids when they take in. The processor has to run. */
    static List<String> create(URI service, Org org, int count) throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(create(service, org, "bench-" + i, "bench.never." + i));
        }
        return ids;
    }

    /** Makes one that takes one type, and returns its id when it takes in. */
    static String create(URI service, Org org, String key, String type) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> made = http.send(
                    request(service, org, "")
                            .POST(BodyPublishers.ofString("""
                                    {"key":"%s","subscription":{"app_key":"*","action_key":"%s"}}""".formatted(key, type)))
                            .build(),
                    BodyHandlers.ofByteArray());
            if (made.statusCode() != CREATED) {
                throw new IllegalStateException("POST /v1/inboxes: " + made.statusCode() + " "
                        + new String(made.body(), UTF_8) + " (expected: 201)");
            }
            String id = JSON.readTree(made.body()).get("id").asString();
            Wait.until("inbox " + key + " is active", ACTIVE_WITHIN, () -> active(http, service, org, id));
            return id;
        }
    }

    private static boolean active(HttpClient http, URI service, Org org, String id) {
        try {
            byte[] inbox = http.send(request(service, org, "/" + id).build(), BodyHandlers.ofByteArray())
                    .body();
            return "active".equals(JSON.readTree(inbox).path("status").asString(""));
        } catch (IOException e) {
            throw new IllegalStateException("GET /v1/inboxes/" + id, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static HttpRequest.Builder request(URI service, Org org, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(service.resolve("/v1/inboxes" + path));
        org.headers().forEach(request::header);
        return request;
    }
}
