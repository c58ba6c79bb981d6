package dev.triggers.inbox.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client of a stream, which follows it on a thread of its own and keeps what it was told. */
final class SseClient implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final HttpResponse<InputStream> response;
    final List<Frame> frames = new CopyOnWriteArrayList<>();
    final List<String> comments = new CopyOnWriteArrayList<>();
    volatile String lastEventId = "";
    volatile int retryMillis;
    private final Thread reader;

    /** A frame that was dispatched: with data. */
    record Frame(String id, String event, String data) {}

    private SseClient(HttpResponse<InputStream> response) {
        this.response = response;
        reader = Thread.startVirtualThread(this::follow);
    }

    static SseClient open(URI address, String key, String... headers) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = HTTP.send(request(address, key, headers), BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream;charset=UTF-8");
        return new SseClient(response);
    }

    static HttpResponse<String> refused(URI address, String key, String... headers)
            throws IOException, InterruptedException {
        return HTTP.send(request(address, key, headers), BodyHandlers.ofString());
    }

    private static HttpRequest request(URI address, String key, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).header("X-API-Key", key);
        return (headers.length == 0 ? request : request.headers(headers)).build();
    }

    private void follow() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
            String event = "";
            List<String> data = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (!data.isEmpty()) {
                        frames.add(new Frame(lastEventId, event, String.join("\n", data)));
                    }
                    event = "";
                    data.clear();
                } else if (line.startsWith(":")) {
                    comments.add(line);
                } else {
                    Map.Entry<String, String> field = field(line);
                    switch (field.getKey()) {
                        case "id" -> lastEventId = field.getValue();
                        case "event" -> event = field.getValue();
                        case "data" -> data.add(field.getValue());
                        case "retry" -> retryMillis = Integer.parseInt(field.getValue());
                        default -> throw new IllegalStateException(line);
                    }
                }
            }
        } catch (IOException e) {
            comments.add("cut off: " + e.getMessage());
        }
    }

    private static Map.Entry<String, String> field(String line) {
        int colon = line.indexOf(':');
        return Map.entry(line.substring(0, colon), line.substring(colon + 1).strip());
    }

    boolean ended() {
        return !reader.isAlive();
    }

    List<Long> ids() {
        return frames.stream().map(frame -> Long.parseLong(frame.id())).toList();
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
