package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A user of one org, with nothing but HTTP. */
final class Client {

    /** Every answer any client gets is held to it. */
    static final Documented DOCUMENTED = Documented.by(Project.openApi());

    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final URI ingest;
    private final URI inbox;
    private final String key;

    Client(URI ingest, URI inbox, String key) {
        this.ingest = ingest;
        this.inbox = inbox;
        this.key = key;
    }

    static Client ofNewOrg(URI ingest, URI inbox, String adminToken) {
        HttpResponse<byte[]> response = send(HttpRequest.newBuilder(ingest.resolve("/v1/orgs"))
                .header("Authorization", "Bearer " + adminToken)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"name\":\"proof\",\"tier\":\"unlimited\"}"))
                .build());
        assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(201);
        return new Client(
                ingest, inbox, JSON.readTree(response.body()).at("/key/key").asString());
    }

    String key() {
        return key;
    }

    /** Where a 202 says the event is, and what it is called. */
    record Receipt(String id, String receipt) {}

    HttpResponse<byte[]> post(String event) {
        return send(request(ingest, "/v1/events")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(event))
                .build());
    }

    Receipt submit(String event) {
        HttpResponse<byte[]> response = post(event);
        assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(202);
        JsonNode body = JSON.readTree(response.body());
        return new Receipt(body.get("id").asString(), body.get("receipt").asString());
    }

    HttpResponse<byte[]> get(String path) {
        return send(request(inbox, path).GET().build());
    }

    HttpResponse<byte[]> post(String path, String body) {
        return send(request(inbox, path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    /** An event of the inbox, its data as the bytes that came. */
    record InboxEvent(String id, long sequence, String type, String status, String data) {}

    /** All pages of the inbox. */
    List<InboxEvent> inbox(String query) {
        List<InboxEvent> events = new ArrayList<>();
        Optional<String> cursor = Optional.of("");
        while (cursor.isPresent()) {
            String more = cursor.get().isEmpty() ? "" : "&cursor=" + cursor.get();
            HttpResponse<byte[]> page = get("/v1/inbox?limit=100" + query + more);
            assertThat(page.statusCode()).as(new String(page.body(), UTF_8)).isEqualTo(200);
            JsonNode body = JSON.readTree(page.body());
            List<String> data = RawJson.dataOfEvents(page.body());
            for (int i = 0; i < data.size(); i++) {
                JsonNode event = body.get("events").get(i);
                events.add(new InboxEvent(
                        event.get("id").asString(),
                        event.get("sequence").asLong(),
                        event.get("type").asString(),
                        event.get("status").asString(),
                        data.get(i)));
            }
            cursor = Optional.ofNullable(body.get("next_cursor"))
                    .filter(JsonNode::isString)
                    .map(JsonNode::asString);
        }
        return events;
    }

    List<InboxEvent> inbox() {
        return inbox("");
    }

    /** What became of a submission: outcome, and its sequence or original. */
    JsonNode outcome(Receipt receipt) {
        HttpResponse<byte[]> response = get("/v1/receipts/" + receipt.receipt() + "?id=" + receipt.id());
        assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    /** The outcome, once there is one. */
    String awaitOutcome(Receipt receipt) {
        HttpResponse<byte[]> response = get("/v1/receipts/" + receipt.receipt() + "?wait=15&id=" + receipt.id());
        assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(200);
        return JSON.readTree(response.body()).get("outcome").asString();
    }

    JsonNode acknowledge(List<String> ids) {
        HttpResponse<byte[]> response = post("/v1/inbox/ack", JSON.writeValueAsString(Map.of("event_ids", ids)));
        assertThat(response.statusCode()).as(new String(response.body(), UTF_8)).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    /** What a stream says until so many of its frames had data. */
    String stream(String path, int frames) {
        HttpRequest request = request(inbox, path).GET().build();
        HttpResponse<byte[]> answer = sendToAny(
                request, head -> head.statusCode() == 200 ? new FirstFrames(frames) : BodySubscribers.ofByteArray());
        DOCUMENTED.check(request, answer);
        return new String(answer.body(), UTF_8);
    }

    private HttpRequest.Builder request(URI service, String path) {
        return HttpRequest.newBuilder(service.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("X-API-Key", key);
    }

    static HttpResponse<byte[]> send(HttpRequest request) {
        HttpResponse<byte[]> answer = sendToAny(request);
        DOCUMENTED.check(request, answer);
        return answer;
    }

    /** To a service that need not keep to the HTTP contract: event-processor says how it is, and serves nothing else. */
    static HttpResponse<byte[]> sendToAny(HttpRequest request) {
        return sendToAny(request, BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> sendToAny(HttpRequest request, BodyHandler<byte[]> handler) {
        try {
            return HTTP.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
