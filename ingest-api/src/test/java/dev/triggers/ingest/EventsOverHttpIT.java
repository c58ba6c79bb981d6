package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.common.event.Event;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.wire.Submission;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The contract of "Events in", over HTTP to the whole service in front of a log in memory. */
@TestInstance(Lifecycle.PER_CLASS)
class EventsOverHttpIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SINGLE = "/v1/events";
    private static final String BATCH = "/v1/events/batch";
    private static final String EVENT = "{\"type\":\"a\",\"data\":{ \"n\" : 0.10 }}";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private IngestRig service;
    private String unlimited;

    @BeforeAll
    void start() {
        service = IngestRig.start("--triggers.ingest.deadline=2s");
        unlimited = service.keyOf("1;unlimited");
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @AfterEach
    void recover() {
        service.log().recover();
    }

    // -- single events

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "application/json; charset=utf-8",
                "application/json;charset=\"UTF-8\"",
                "application/json; profile=x"
            })
    void ourJsonIsTakenUnderEachOfItsNames(String type) throws Exception {
        HttpResponse<String> answer = post(SINGLE, EVENT, "Content-Type", type);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(kept(answer).event().data().bytes()).isEqualTo("{ \"n\" : 0.10 }".getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/events       | text/plain                          | application/json or application/cloudevents+json",
                "/v1/events       | application/json;charset=iso-8859-1 | application/json or application/cloudevents+json",
                "/v1/events       | application/json;charset=utf-16     | application/json or application/cloudevents+json",
                "/v1/events       | application/json;charset=nonsense   | application/json or application/cloudevents+json",
                "/v1/events       | application/cloudevents-batch+json  | batches go to /v1/events/batch",
                "/v1/events       | application/x-ndjson                | batches go to /v1/events/batch",
                "/v1/events       | application/cloudevents+avro        | application/json or application/cloudevents+json",
                "/v1/events       | application/x-www-form-urlencoded   | application/json or application/cloudevents+json",
                "/v1/events       | nonsense                            | application/json or application/cloudevents+json",
                "/v1/events/batch | application/cloudevents+json        | application/json, application/x-ndjson or application/cloudevents-batch+json",
                "/v1/events/batch | text/csv                            | application/json, application/x-ndjson or application/cloudevents-batch+json"
            })
    void anotherMediaTypeIsRefusedAndTheRefusalSaysWhatIsTaken(String path, String type, String says) throws Exception {
        HttpResponse<String> answer = post(path, EVENT, "Content-Type", type);

        assertProblem(answer, 415, "unsupported_media_type");
        assertThat(detail(answer)).contains(says);
    }

    @Test
    void aCloudEventInBinaryModeIsTakenFromItsHeaders() throws Exception {
        HttpResponse<String> answer = post(
                SINGLE,
                " { \"n\" : 0.10 }\n",
                "ce-specversion",
                "1.0",
                "CE-ID",
                "A%201",
                "ce-source",
                "/shop%20x/%C3%B6".replace("%20", "-"),
                "ce-type",
                "order.created",
                "ce-time",
                "2026-01-31T12:00:00Z",
                "ce-subject",
                "\"order 7\"",
                "ce-comment",
                "Euro%20%E2%82%AC%20%F0%9F%98%80",
                "ce-dataschema",
                "https://shop.example/s");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        Event event = kept(answer).event();
        assertThat(event.ceId()).isEqualTo("A 1");
        assertThat(event.dedupId().orElseThrow().value()).isEqualTo("A 1");
        assertThat(event.source()).isEqualTo("/shop-x/ö");
        assertThat(event.subject()).contains("order 7");
        assertThat(event.extensions())
                .containsOnly(Map.entry("comment", "Euro € 😀"), Map.entry("dataschema", "https://shop.example/s"));
        assertThat(event.data().bytes()).isEqualTo("{ \"n\" : 0.10 }".getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ce-trgorg          | x     | trgorg: reserved",
                "ce-a_b             | x     | a_b: no attribute name",
                "ce-abcdefghij01234567890 | x | abcdefghij01234567890: no attribute name",
                "ce-                | x     | : no attribute name",
                "ce-data            | x     | data: no attribute name",
                "ce-datacontenttype | application/json | ce-datacontenttype: not a header",
                "ce-x               | 100%  | ce-x: % (expected: % and two hexadecimal digits)",
                "ce-x               | %FF   | ce-x: not UTF-8",
                "ce-x               | %00   | x: \\u0000 (expected: printable characters)",
                "ce-id              | 2     | ce-id: twice (expected: once)",
                "ce-time            | now   | time: now"
            })
    void aHeaderThatIsNoAttributeIsRefused(String name, String value, String says) throws Exception {
        HttpResponse<String> answer = post(
                SINGLE, "{}", "ce-specversion", "1.0", "ce-id", "1", "ce-source", "/a", "ce-type", "a", name, value);

        assertProblem(answer, 400, "invalid_event");
        assertThat(detail(answer)).startsWith(says);
    }

    @Test
    void aBinaryCloudEventWithoutAllItsHeadersIsRefused() throws Exception {
        HttpResponse<String> answer = post(SINGLE, "{}", "ce-id", "1");

        assertProblem(answer, 400, "invalid_event");
        assertThat(detail(answer)).isEqualTo("specversion: missing (expected: in every CloudEvent)");
    }

    @Test
    void eachWayOfSendingACloudEventNamesTheSameEvent() throws Exception {
        HttpResponse<String> binary =
                post(SINGLE, "{}", "ce-specversion", "1.0", "ce-id", "same", "ce-source", "/a", "ce-type", "a");
        HttpResponse<String> structured =
                post(SINGLE, cloudEvent("same"), "Content-Type", "application/cloudevents+json");
        HttpResponse<String> batch =
                post(BATCH, "[" + cloudEvent("same") + "]", "Content-Type", "application/cloudevents-batch+json");
        HttpResponse<String> ours =
                post(SINGLE, "{\"type\":\"a\",\"source\":\"/a\",\"dedup_id\":\"same\",\"data\":{}}");

        String id = json(binary).get("id").asString();
        assertThat(json(structured).get("id").asString()).isEqualTo(id);
        assertThat(json(batch).at("/results/0/id").asString()).isEqualTo(id);
        assertThat(json(ours).get("id").asString()).isEqualTo(id);
    }

    @Test
    void aKeyThatDiffersFromTheBodyIsRefused() throws Exception {
        assertProblem(
                post(SINGLE, cloudEvent("7"), "Content-Type", "application/cloudevents+json", "Idempotency-Key", "8"),
                400,
                "invalid_parameter");
        assertProblem(
                post(SINGLE, "{\"type\":\"a\",\"dedup_id\":\"7\",\"data\":{}}", "Idempotency-Key", "8"),
                400,
                "invalid_parameter");
    }

    @Test
    void theOlderPathTakesTheSameAndAnswersInItsOwnWords() throws Exception {
        HttpResponse<String> answer =
                post("/api/events", cloudEvent("8"), "Content-Type", "application/cloudevents+json");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(json(answer).propertyNames()).containsExactly("id", "status", "message");
        assertThat(json(answer).get("status").asString()).isEqualTo("accepted");
        assertProblem(post("/api/events", "{"), 400, "malformed_json");
    }

    @Test
    void aTraceIsCarriedOrMade() throws Exception {
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        assertThat(kept(post(SINGLE, EVENT, "traceparent", trace)).event().traceparent())
                .contains(trace);
        assertThat(kept(post(SINGLE, EVENT, "traceparent", "00-nonsense"))
                        .event()
                        .traceparent()
                        .orElseThrow())
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
    }

    @Test
    void compressedBodiesAreTakenAndOnlyGzip() throws Exception {
        assertThat(kept(post(SINGLE, gzip(EVENT), "Content-Encoding", "gzip"))
                        .event()
                        .data()
                        .bytes())
                .isEqualTo("{ \"n\" : 0.10 }".getBytes(UTF_8));
        JsonNode batch = json(post(
                BATCH, gzip(EVENT + "\n" + EVENT), "Content-Encoding", "gzip", "Content-Type", "application/x-ndjson"));
        assertThat(batch.get("received").asInt()).isEqualTo(2);
        for (String other : List.of("br", "deflate", "identity", "gzip, gzip", "")) {
            HttpResponse<String> answer = post(SINGLE, EVENT, "Content-Encoding", other);
            assertProblem(answer, 415, "unsupported_media_type");
            assertThat(detail(answer)).endsWith("(expected: gzip, or none)");
        }
        assertProblem(post(SINGLE, EVENT, "Content-Encoding", "gzip"), 400, "malformed_json");
    }

    @Test
    void aBombIsRefusedAtTheBound() throws Exception {
        byte[] bomb = gzip("{\"type\":\"a\",\"data\":{\"a\":\"" + "x".repeat(50_000_000) + "\"}}");
        assertThat(bomb.length).isLessThan(262_144);

        assertProblem(post(SINGLE, bomb, "Content-Encoding", "gzip"), 413, "event_too_large");
        assertProblem(post(BATCH, bomb, "Content-Encoding", "gzip"), 413, "batch_too_large");
    }

    @Test
    void dataMayHave262144BytesInEveryModeAndNotOneMore() throws Exception {
        String most = "{\"a\":\"" + "x".repeat(262_136) + "\"}";
        String more = "{\"a\":\"" + "x".repeat(262_137) + "\"}";
        String[] binary = {"ce-specversion", "1.0", "ce-id", "9", "ce-source", "/a", "ce-type", "a"};

        assertThat(post(SINGLE, most, binary).statusCode()).isEqualTo(202);
        assertProblem(post(SINGLE, more, binary), 413, "event_too_large");
        JsonNode batch = json(post(BATCH, "[" + ours(most) + "," + ours(more) + "," + ours(most) + "]"));
        assertThat(outcomes(batch)).containsExactly("received", "event_too_large", "received");
        JsonNode lines = json(post(
                BATCH, ours(most) + "\n" + ours(more) + "\n" + ours(most), "Content-Type", "application/x-ndjson"));
        assertThat(outcomes(lines)).containsExactly("received", "event_too_large", "received");
    }

    // -- batches

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-ndjson"})
    void eachItemOfABatchIsAnsweredForItself(String type) throws Exception {
        int before = service.log().submissions().size();
        List<String> items =
                List.of(EVENT, "{\"type\":\"a\",\"data\":{\"x\":NaN}}", EVENT, "{\"type\":\"a\"}", "7", EVENT);

        HttpResponse<String> answer = post(BATCH, joined(type, items), "Content-Type", type);

        JsonNode body = json(answer);
        assertThat(answer.statusCode()).isEqualTo(207);
        assertThat(outcomes(body))
                .containsExactly(
                        "received", "malformed_json", "received", "invalid_event", "invalid_event", "received");
        assertThat(body.get("received").asInt()).isEqualTo(3);
        assertThat(body.get("invalid").asInt()).isEqualTo(3);
        for (int i = 0; i < items.size(); i++) {
            JsonNode item = body.get("results").get(i);
            assertThat(item.get("index").asInt()).isEqualTo(i);
            if (item.get("outcome").asString().equals("received")) {
                assertThat(item.propertyNames()).containsExactly("index", "outcome", "id", "receipt");
            } else {
                assertThat(item.get("error").propertyNames()).containsExactly("code", "title", "detail", "status");
            }
        }
        assertThat(service.log().submissions()).hasSize(before + 3);
    }

    @Test
    void allReceivedIs202AndAllInvalidIs207() throws Exception {
        assertThat(post(BATCH, "[" + EVENT + "," + EVENT + "]").statusCode()).isEqualTo(202);
        assertThat(post(BATCH, "[{},7]").statusCode()).isEqualTo(207);
        assertThat(post(BATCH, "[]").body())
                .isEqualTo("{\"results\":[],\"received\":0,\"invalid\":0,\"limited\":0,\"retry\":0}");
        assertThat(post(BATCH, "\ufeff" + EVENT + "\r\n", "Content-Type", "application/x-ndjson")
                        .statusCode())
                .isEqualTo(202);
        assertThat(post(BATCH, "\n \r\n", "Content-Type", "application/x-ndjson")
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void anArrayThatCannotBeDividedStoresNothing() throws Exception {
        int before = service.log().submissions().size();

        assertProblem(post(BATCH, "[" + EVENT + "," + EVENT), 400, "malformed_json");
        assertProblem(post(BATCH, EVENT), 400, "malformed_json");
        assertProblem(post(BATCH, "[" + (EVENT + ",").repeat(10_000) + EVENT + "]"), 413, "batch_too_large");
        assertProblem(post(BATCH, "[" + " ".repeat(10_485_760) + "]"), 413, "batch_too_large");

        assertThat(service.log().submissions()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-ndjson"})
    void tenThousandEventsAreTakenInOneRequestAndInOrder(String type) throws Exception {
        int before = service.log().submissions().size();
        List<String> items = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            items.add("{\"type\":\"a\",\"data\":{\"i\":" + i + "}}");
        }

        HttpResponse<String> answer = post(BATCH, joined(type, items), "Content-Type", type);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(json(answer).get("received").asInt()).isEqualTo(10_000);
        List<Submission> kept = service.log().submissions();
        assertThat(kept).hasSize(before + 10_000);
        for (int i = 0; i < 10_000; i++) {
            assertThat(new String(kept.get(before + i).event().data().bytes(), UTF_8))
                    .isEqualTo("{\"i\":" + i + "}");
        }
    }

    @Test
    void ofTooManyLinesThoseThatWereTakenAreSaidToBe() throws Exception {
        int before = service.log().submissions().size();

        HttpResponse<String> answer =
                post(BATCH, (EVENT + "\n").repeat(10_005), "Content-Type", "application/x-ndjson");

        JsonNode body = json(answer);
        assertThat(answer.statusCode()).isEqualTo(207);
        assertThat(body.get("received").asInt()).isEqualTo(10_000);
        assertThat(body.get("results").size()).isEqualTo(10_001);
        assertThat(body.at("/results/10000/error/code").asString()).isEqualTo("batch_too_large");
        assertThat(body.at("/results/10000/error/detail").asString())
                .endsWith("; this line and all after it were not taken");
        assertThat(service.log().submissions()).hasSize(before + 10_000);
    }

    @Test
    void ofTooManyBytesThoseLinesThatWereTakenAreSaidToBe() throws Exception {
        String large = ours("{\"a\":\"" + "x".repeat(250_000) + "\"}") + "\n";
        int before = service.log().submissions().size();

        HttpResponse<String> answer =
                post(BATCH, gzip(large.repeat(45)), "Content-Type", "application/x-ndjson", "Content-Encoding", "gzip");

        JsonNode body = json(answer);
        int received = body.get("received").asInt();
        assertThat(received).isBetween(1, 41);
        assertThat(outcomes(body)).hasSize(received + 1).last().isEqualTo("batch_too_large");
        assertThat(service.log().submissions()).hasSize(before + received);
        assertProblem(post(BATCH, large.repeat(45), "Content-Type", "application/x-ndjson"), 413, "batch_too_large");
    }

    @Test
    void aLineThatIsTooLongIsOneInvalidItem() throws Exception {
        JsonNode body = json(post(
                BATCH,
                EVENT + "\n" + "x".repeat(1_000_000) + "\n" + EVENT + "\n",
                "Content-Type",
                "application/x-ndjson"));

        assertThat(outcomes(body)).containsExactly("received", "event_too_large", "received");
    }

    @Test
    void linesAreKeptWhileTheBodyStillStreamsIn() throws Exception {
        int before = service.log().submissions().size();
        try (Socket socket = streaming(unlimited)) {
            OutputStream out = socket.getOutputStream();
            chunk(out, EVENT + "\n" + EVENT + "\n" + EVENT.substring(0, 10));

            await().atMost(Duration.ofSeconds(10))
                    .until(() -> service.log().submissions().size() == before + 2);
            chunk(out, EVENT.substring(10));
            chunk(out, "");

            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 202").contains("\"received\":3,\"invalid\":0");
        }
    }

    @Test
    void linesBeforeTheBodyBrokeOffStandAndAreSaidTo() throws Exception {
        int before = service.log().submissions().size();
        try (Socket socket = streaming(unlimited)) {
            chunk(socket.getOutputStream(), EVENT + "\n" + EVENT + "\n" + EVENT);
            socket.getOutputStream().write("nonsense\r\n".getBytes(UTF_8));

            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(answer)
                    .startsWith("HTTP/1.1 207")
                    .contains("\"received\":2,\"invalid\":1")
                    .contains("body: broken off (expected: all of it); this line and all after it were not taken");
        }
        assertThat(service.log().submissions()).hasSize(before + 2);
    }

    @Test
    void aBodyThatStallsIsGivenUpAndWhatItBroughtIsSaid() throws Exception {
        try (IngestRig impatient = IngestRig.start("--server.tomcat.connection-timeout=300ms");
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), impatient.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(head(impatient.keyOf("1;unlimited"), "application/x-ndjson", "Transfer-Encoding: chunked"));
            chunk(socket.getOutputStream(), EVENT + "\n" + EVENT);

            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 207").contains("\"received\":1,\"invalid\":1");
            assertThat(impatient.log().submissions()).hasSize(1);
        }
    }

    @Test
    void theSameKeyNamesTheSameEventsOfABatchAgain() throws Exception {
        String key = UUID.randomUUID().toString();
        JsonNode first = json(post(BATCH, "[" + EVENT + "," + EVENT + "]", "Idempotency-Key", key));
        JsonNode second =
                json(post(BATCH, EVENT + "\n" + EVENT, "Content-Type", "application/x-ndjson", "Idempotency-Key", key));
        JsonNode alone = json(post(SINGLE, EVENT, "Idempotency-Key", key + "/1"));

        assertThat(second.at("/results/0/id")).isEqualTo(first.at("/results/0/id"));
        assertThat(second.at("/results/1/id")).isEqualTo(first.at("/results/1/id"));
        assertThat(first.at("/results/1/id")).isNotEqualTo(first.at("/results/0/id"));
        assertThat(alone.get("id")).isEqualTo(first.at("/results/1/id"));
        assertProblem(post(BATCH, "[]", "Idempotency-Key", "k".repeat(251)), 400, "invalid_parameter");
    }

    // -- limits

    @Test
    void theBudgetIsSaidWithEveryAnswerAndOverItIs429() throws Exception {
        String key = service.keyOf("1;60;3");

        HttpResponse<String> first = postAs(key, SINGLE, EVENT);
        HttpResponse<String> batch = postAs(key, BATCH, "[" + EVENT + "," + EVENT + "," + EVENT + ",7]");
        HttpResponse<String> single = postAs(key, SINGLE, EVENT);
        HttpResponse<String> limited = postAs(key, BATCH, "[" + EVENT + "]");

        assertThat(header(first, "RateLimit-Policy")).isEqualTo("\"org\";q=3;w=3");
        assertThat(header(first, "RateLimit")).isEqualTo("\"org\";r=2;t=0");
        assertThat(batch.statusCode()).isEqualTo(207);
        assertThat(outcomes(json(batch))).containsExactly("received", "received", "rate_limited", "invalid_event");
        assertThat(header(batch, "RateLimit")).isEqualTo("\"org\";r=0;t=1");
        assertThat(header(batch, "Retry-After")).isEqualTo("1");
        assertProblem(single, 429, "rate_limited");
        assertThat(header(single, "Retry-After")).isEqualTo("1");
        assertThat(header(single, "RateLimit-Policy")).isEqualTo("\"org\";q=3;w=3");
        assertThat(header(single, "RateLimit")).isEqualTo("\"org\";r=0;t=1");
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(json(limited).get("limited").asInt()).isEqualTo(1);
        assertThat(header(limited, "RateLimit")).isEqualTo("\"org\";r=0;t=1");
    }

    @Test
    void anOrgWithoutALimitIsToldNone() throws Exception {
        HttpResponse<String> answer = post(SINGLE, EVENT);

        assertThat(answer.headers().firstValue("RateLimit")).isEmpty();
        assertThat(answer.headers().firstValue("RateLimit-Policy")).isEmpty();
    }

    // -- a log that fails

    @Test
    void aBatchOfWhichNothingCouldBeStoredIs503() throws Exception {
        service.log().failWith(new LogUnavailable("away", null));

        HttpResponse<String> answer = post(BATCH, "[" + EVENT + "," + EVENT + "]");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(header(answer, "Retry-After")).isEqualTo("1");
        assertThat(outcomes(json(answer))).containsExactly("log_unavailable", "log_unavailable");
        assertThat(json(answer).get("retry").asInt()).isEqualTo(2);
    }

    @Test
    void aBatchThatIsNotConfirmedIsAnsweredAtTheDeadline() throws Exception {
        service.log().neverAnswer();
        long begin = System.nanoTime();

        HttpResponse<String> answer = post(BATCH, "[" + (EVENT + ",").repeat(1_999) + EVENT + "]");

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(outcomes(json(answer)).subList(0, 500)).containsOnly("outcome_unknown");
        assertThat(outcomes(json(answer)).subList(500, 2_000)).containsOnly("log_unavailable");
    }

    // -- sharing

    @Test
    void slowAndLargeBatchesDoNotKeepSmallEventsWaiting() throws Exception {
        byte[] large = ("[" + (ours("{\"a\":\"" + "x".repeat(1_000) + "\"}") + ",").repeat(9_000) + EVENT + "]")
                .getBytes(UTF_8);
        assertThat(large.length).isBetween(9_000_000, 10_485_760);
        String small64 = "[" + (ours("{\"a\":\"" + "x".repeat(600) + "\"}") + ",").repeat(100) + EVENT + "]";
        List<Socket> slow = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            String slowOrg = service.keyOf("1;unlimited");
            for (int i = 0; i < 7; i++) {
                Socket socket = opened(slowOrg, "application/json", "Content-Length: " + large.length);
                socket.getOutputStream().write(large, 0, 5_000_000); // and then no more
                slow.add(socket);
            }
            List<Callable<HttpResponse<String>>> busy = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                busy.add(() -> post(BATCH, large));
                busy.add(() -> post(BATCH, small64));
            }
            List<Future<HttpResponse<String>>> batches =
                    busy.stream().map(clients::submit).toList();
            List<Duration> small = new ArrayList<>();
            while (batches.stream().anyMatch(batch -> !batch.isDone()) || small.size() < 50) {
                long begin = System.nanoTime();
                assertThat(post(SINGLE, EVENT).statusCode()).isEqualTo(202);
                small.add(Duration.ofNanos(System.nanoTime() - begin));
            }

            // one of them may meet a pause of the machine; behind a batch each of them would wait
            small.sort(null);
            assertThat(small.get(small.size() * 9 / 10)).isLessThan(Duration.ofSeconds(1));
            for (Future<HttpResponse<String>> batch : batches) {
                assertThat(batch.get().statusCode()).isIn(202, 503);
            }
            assertThat(batches.stream().map(Future::resultNow))
                    .anyMatch(answer ->
                            answer.statusCode() == 202 && answer.body().length() > 500_000)
                    .anyMatch(answer ->
                            answer.statusCode() == 202 && answer.body().length() < 500_000);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void theBooksOfAnswersBalance() throws Exception {
        Answers answers = service.answers();
        long before = all(answers);

        post(SINGLE, EVENT);
        post(SINGLE, "{");
        post(SINGLE, EVENT, "Content-Type", "text/plain");
        post(BATCH, "[" + EVENT + ",7," + EVENT + "]");
        post(BATCH, "[");

        assertThat(all(answers) - before).isEqualTo(3 + 3 + 1);
    }

    private static long all(Answers answers) {
        long all = answers.received();
        for (ProblemCode code : ProblemCode.values()) {
            all += answers.refused(code);
        }
        return all;
    }

    private static String ours(String data) {
        return "{\"type\":\"a\",\"data\":" + data + "}";
    }

    private static String cloudEvent(String id) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"/a\",\"type\":\"a\",\"data\":{}}";
    }

    private static String joined(String type, List<String> items) {
        return type.equals("application/json") ? "[" + String.join(",", items) + "]" : String.join("\n", items);
    }

    private static List<String> outcomes(JsonNode batch) {
        List<String> outcomes = new ArrayList<>();
        for (JsonNode item : batch.get("results")) {
            outcomes.add(
                    item.has("error")
                            ? item.at("/error/code").asString()
                            : item.get("outcome").asString());
        }
        return outcomes;
    }

    private Submission kept(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String receipt = json(answer).get("receipt").asString();
        return service.log().submissions().get(Integer.parseInt(receipt.substring(receipt.indexOf('-') + 1)));
    }

    private Socket streaming(String key) throws IOException {
        return opened(key, "application/x-ndjson", "Transfer-Encoding: chunked");
    }

    private Socket opened(String key, String type, String framing) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(head(key, type, framing));
        return socket;
    }

    private static byte[] head(String key, String type, String framing) {
        return ("POST " + BATCH + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-API-Key: " + key
                        + "\r\nContent-Type: " + type + "\r\n" + framing + "\r\n\r\n")
                .getBytes(ISO_8859_1);
    }

    private static void chunk(OutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
        out.write(bytes);
        out.write("\r\n".getBytes(ISO_8859_1));
        out.flush();
    }

    private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return post(path, body.getBytes(UTF_8), headers);
    }

    private HttpResponse<String> postAs(String key, String path, String body) throws Exception {
        return post(path, body.getBytes(UTF_8), "X-API-Key", key);
    }

    private HttpResponse<String> post(String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                .timeout(Duration.ofSeconds(30))
                .setHeader("X-API-Key", unlimited)
                .setHeader("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            if (headers[i].startsWith("ce-")) {
                request.header(headers[i], headers[i + 1]);
            } else {
                request.setHeader(headers[i], headers[i + 1]);
            }
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    private static String detail(HttpResponse<String> answer) {
        return json(answer).get("detail").asString();
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("missing");
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(json(answer).get("code").asString()).isEqualTo(code);
    }
}
