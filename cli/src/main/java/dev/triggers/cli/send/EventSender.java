package dev.triggers.cli.send;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.cli.send.Answer.Failed;
import dev.triggers.cli.send.Answer.Received;
import dev.triggers.cli.send.Answer.Refused;
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
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Posts batches of events, and those again that were not taken while the service is busy or away. Every event is posted
 * under one dedup id, its own or one made for it, so that a repeat is never kept twice.
 */
final class EventSender {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int OUTCOME_SECONDS = 10;

    /** Tries in a row that settle nothing. */
    private static final int TRIES = 12;

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final URI endpoint;
    private final String key;
    private final Tally tally;
    private volatile String lastReceipt = "";

    EventSender(URI service, String key, Tally tally) {
        this.endpoint = service.resolve("/v1/events/batch");
        this.key = key;
        this.tally = tally;
    }

    /** Posts them until each is received, refused, or given up. */
    void send(List<Line> lines) throws InterruptedException {
        List<Line> open = lines.stream().map(Line::named).toList();
        Duration pause = FIRST_PAUSE;
        for (int tried = 0; tried < TRIES && !open.isEmpty(); tried++) {
            Attempt attempt = attempt(open);
            if (attempt.open().size() < open.size()) {
                tried = -1;
                pause = FIRST_PAUSE;
            }
            open = attempt.open();
            if (open.isEmpty()) {
                return;
            }
            if (tried == TRIES - 1) {
                open.forEach(line -> tally.add(line, new Failed(attempt.why())));
                return;
            }
            Thread.sleep(attempt.after().compareTo(pause) > 0 ? attempt.after() : pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
    }

    /**
     * Waits until the event that was received last has its outcome, so that who looks next finds them all. Gives up
     * after {@value #OUTCOME_SECONDS} seconds, and at once where the service does not answer for receipts.
     */
    void awaitOutcome() throws InterruptedException {
        if (lastReceipt.isEmpty()) {
            return;
        }
        String path = "/v1/receipts/" + lastReceipt + "?wait=" + OUTCOME_SECONDS;
        try {
            http.send(
                    HttpRequest.newBuilder(endpoint.resolve(path))
                            .timeout(Duration.ofSeconds(OUTCOME_SECONDS + 5))
                            .header("X-API-Key", key)
                            .GET()
                            .build(),
                    BodyHandlers.discarding());
        } catch (IOException _) {
            // it was sent all the same, and the summary speaks of that
        }
    }

    /**
     * What one request came to.
     *
     * @param open lines that may be sent again
     * @param after how long the service asks to wait
     */
    private record Attempt(List<Line> open, String why, Duration after) {}

    private Attempt attempt(List<Line> lines) throws InterruptedException {
        try {
            HttpResponse<String> response = http.send(request(lines), BodyHandlers.ofString());
            JsonNode body = JSON.readTree(response.body());
            if (body.path("results").isArray()) {
                return settled(lines, body.path("results"), retryAfter(response));
            }
            String problem = body.path("detail").asString("no reason given");
            if (worthAnotherTry(response.statusCode())) {
                return new Attempt(lines, response.statusCode() + " " + problem, retryAfter(response));
            }
            lines.forEach(line -> tally.add(line, new Refused(response.statusCode(), problem)));
            return new Attempt(List.of(), problem, Duration.ZERO);
        } catch (IOException e) {
            return new Attempt(lines, endpoint + " does not answer: " + e, Duration.ZERO);
        } catch (JacksonException e) {
            return new Attempt(lines, endpoint + " answers something else than JSON", Duration.ZERO);
        }
    }

    private Attempt settled(List<Line> lines, JsonNode results, Duration after) {
        List<Line> open = new ArrayList<>();
        String why = "no result given";
        for (int i = 0; i < lines.size(); i++) {
            JsonNode result = results.path(i);
            JsonNode error = result.path("error");
            int status = error.path("status").asInt(0);
            String detail = error.path("detail").asString("no reason given");
            switch (result.path("outcome").asString("")) {
                case "received" -> {
                    tally.add(lines.get(i), new Received());
                    lastReceipt = result.path("receipt").asString(lastReceipt);
                }
                case "invalid" -> tally.add(lines.get(i), new Refused(status, detail));
                default -> {
                    open.add(lines.get(i));
                    why = status + " " + detail;
                }
            }
        }
        return new Attempt(open, why, after);
    }

    private HttpRequest request(List<Line> lines) {
        String body = lines.stream().map(Line::text).collect(Collectors.joining("\n"));
        return HttpRequest.newBuilder(endpoint)
                .timeout(REQUEST_TIMEOUT)
                .header("Content-Type", "application/x-ndjson")
                .header("X-API-Key", key)
                .POST(BodyPublishers.ofByteArray(body.getBytes(UTF_8)))
                .build();
    }

    private static boolean worthAnotherTry(int status) {
        return status == 429 || status >= 500;
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        long seconds = response.headers().firstValueAsLong("Retry-After").orElse(0);
        return Duration.ofSeconds(Math.clamp(seconds, 0, 60));
    }
}
