package dev.triggers.cli.send;

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
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Posts single events, and again while the service is busy or away. Every event is posted under one dedup id, its own
 * or one made for it, so that a repeat is never kept twice.
 */
final class EventSender {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int TRIES = 12;
    private static final Pattern PROBLEM = Pattern.compile("\"detail\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final URI endpoint;
    private final String key;

    EventSender(URI service, String key) {
        this.endpoint = service.resolve("/v1/events");
        this.key = key;
    }

    Answer send(Line line) throws InterruptedException {
        HttpRequest request = request(line);
        Duration pause = FIRST_PAUSE;
        String why = "";
        for (int tried = 0; tried < TRIES; tried++) {
            Duration asked = Duration.ZERO;
            try {
                HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
                if (response.statusCode() == 202) {
                    return new Received();
                }
                if (!worthAnotherTry(response.statusCode())) {
                    return new Refused(response.statusCode(), problem(response.body()));
                }
                why = response.statusCode() + " " + problem(response.body());
                asked = retryAfter(response);
            } catch (IOException e) {
                why = endpoint + " does not answer: " + e;
            }
            Thread.sleep(asked.compareTo(pause) > 0 ? asked : pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
        return new Failed(why);
    }

    private HttpRequest request(Line line) {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .timeout(REQUEST_TIMEOUT)
                .header("Content-Type", "application/json")
                .header("X-API-Key", key)
                .POST(BodyPublishers.ofString(line.text()));
        if (!line.hasDedupId()) {
            request.header("Idempotency-Key", UUID.randomUUID().toString());
        }
        return request.build();
    }

    private static boolean worthAnotherTry(int status) {
        return status == 429 || status >= 500;
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        long seconds = response.headers().firstValueAsLong("Retry-After").orElse(0);
        return Duration.ofSeconds(Math.clamp(seconds, 0, 60));
    }

    private static String problem(String body) {
        Matcher detail = PROBLEM.matcher(body);
        return detail.find() ? detail.group(1) : "no reason given";
    }
}
