package dev.triggers.cli.dev;

import dev.triggers.cli.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sends one event all the way: posted, waited for in the inbox, acknowledged. */
final class DevCheck {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String EVENT = """
            {"type":"triggers.check","data":{"check":true}}""";
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");

    private final URI url;
    private final String key;

    DevCheck(URI url, String key) {
        this.url = url;
        this.key = key;
    }

    /**
     * Says what it did.
     *
     * @param started how long the start took
     * @throws Failure when an answer is not the one expected
     */
    String run(Duration started) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (HttpClient http = HttpClient.newHttpClient()) {
            ask(http, "/v1/events", EVENT);
            Matcher id = ID.matcher(ask(http, "/v1/inbox?limit=1&wait=20", null));
            if (!id.find()) {
                throw new Failure("/v1/inbox: empty (expected: the event posted before)");
            }
            ask(http, "/v1/inbox/ack/" + id.group(1), "");
        }
        return "Triggers was ready after " + seconds(started) + " s; an event was posted, read and acknowledged in "
                + seconds(Duration.ofNanos(System.nanoTime() - begin)) + " s";
    }

    private String ask(HttpClient http, String path, @Nullable String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(TIMEOUT)
                .header("X-API-Key", key)
                .header("Content-Type", "application/json");
        if (body != null) {
            request.POST(BodyPublishers.ofString(body));
        }
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new Failure(path + ": " + answer.statusCode() + " (expected: 2xx)\n" + answer.body());
        }
        return answer.body();
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
    }
}
