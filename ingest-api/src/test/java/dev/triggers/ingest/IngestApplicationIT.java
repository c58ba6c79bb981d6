package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.access.Orgs;
import dev.triggers.access.Scope;
import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service as it is deployed, from its own main, over HTTP. */
@ExtendWith(RealBackendsExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class IngestApplicationIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ADMIN = "an-admin-token-of-the-tests";
    private static final String EVENT = "{\"type\":\"order.created\",\"data\":{ \"n\" : 0.10 }}";

    private final HttpClient http = HttpClient.newHttpClient();
    private ConfigurableApplicationContext service;
    private String bootstrap;
    private int port;
    private String key;
    private String org;

    @BeforeAll
    void start(RealBackends backends) throws Exception {
        PostgresAddress postgres = backends.freshDatabase("ingest");
        bootstrap = backends.kafkaBootstrap();
        service = IngestApplication.application()
                .run(
                        "--server.port=0",
                        "--triggers.drain.notice=0s",
                        "--triggers.dev=true",
                        "--triggers.ingest.kafka.bootstrap=" + bootstrap,
                        "--triggers.ingest.kafka.replication-factor=1",
                        "--triggers.access.admin-tokens=" + ADMIN,
                        "--triggers.access.postgres.url=" + postgres.jdbcUrl(),
                        "--triggers.access.postgres.user=" + postgres.user(),
                        "--triggers.access.postgres.password=" + postgres.password(),
                        "--triggers.access.redis.url=" + backends.redisUrl());
        port = Integer.parseInt(service.getEnvironment().getRequiredProperty("local.server.port"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get("/readyz").body().equals("{\"status\":\"ready\",\"waiting_for\":[],\"degraded\":[]}"));
        JsonNode created =
                json(post("/v1/orgs", "{\"name\":\"acme\",\"tier\":\"pro\"}", "Authorization", "Bearer " + ADMIN));
        key = created.at("/key/key").asString();
        org = created.at("/org/id").asString();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void anEventOfANewOrgStandsInTheLog() throws Exception {
        HttpResponse<String> answer = postEvent(EVENT);

        JsonNode received = json(answer);
        Submission kept = at(Receipt.parse(received.get("receipt").asString()));
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(received.get("status").asString()).isEqualTo("received");
        assertThat(received.at("/links/self").asString())
                .isEqualTo(
                        "/v1/receipts/" + kept(received) + "?id=" + kept.event().id());
        assertThat(received.get("id").asString()).isEqualTo(kept.event().id().toString());
        assertThat(kept.event().org()).hasToString(org);
        assertThat(kept.event().data().bytes()).isEqualTo("{ \"n\" : 0.10 }".getBytes(UTF_8));
        assertThat(kept.plan()).isEqualTo(Plan.parse("1;1000;1000"));
    }

    @Test
    void theSameDedupIdIsTheSameId() throws Exception {
        JsonNode first = json(postEvent(EVENT, "Idempotency-Key", "once"));
        JsonNode second = json(postEvent(EVENT, "Idempotency-Key", "once"));

        assertThat(second.get("id")).isEqualTo(first.get("id"));
        assertThat(second.get("receipt")).isNotEqualTo(first.get("receipt"));
    }

    @Test
    void aTraceIsCarriedThrough() throws Exception {
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        JsonNode received = json(postEvent(EVENT, "traceparent", trace));

        assertThat(at(Receipt.parse(kept(received))).event().traceparent()).contains(trace);
    }

    @Test
    void theOtherHeaderOpensAsWell() throws Exception {
        assertThat(post("/v1/events", EVENT, "X-API-Key", key).statusCode()).isEqualTo(202);
        assertThat(post("/v1/events", EVENT, "X-API-Key", key, "Authorization", "bearer " + key)
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void theLargestEventIsTakenAndALargerOneIsNot() throws Exception {
        String most = "{\"type\":\"a\",\"data\":{\"a\":\"" + "x".repeat(262_136) + "\"}}";
        String more = "{\"type\":\"a\",\"data\":{\"a\":\"" + "x".repeat(262_137) + "\"}}";

        assertThat(postEvent(most).statusCode()).isEqualTo(202);
        assertProblem(postEvent(more), 413, "event_too_large");
        assertProblem(postEvent(" ".repeat(300_000) + EVENT), 413, "event_too_large");
        assertProblem(
                send(
                        "POST",
                        "/v1/events",
                        BodyPublishers.ofByteArrays(List.of(new byte[200_000], new byte[200_000])), // chunked
                        "Authorization",
                        "Bearer " + key),
                413,
                "event_too_large");
    }

    @Test
    void anOrgIsReadAsItWasCreated() throws Exception {
        JsonNode read = json(get("/v1/orgs/" + org, "Authorization", "Bearer " + ADMIN));

        assertThat(read.propertyNames()).containsExactly("id", "name", "tier", "limit", "suspended", "created_at");
        assertThat(read.get("id").asString()).isEqualTo(org);
        assertThat(read.get("name").asString()).isEqualTo("acme");
        assertThat(read.get("tier").asString()).isEqualTo("pro");
        assertThat(read.get("limit").isNull()).isTrue();
        assertThat(read.get("suspended").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"a\"}                                | 400 | invalid_parameter",
                "{\"name\":\"\",\"tier\":\"pro\"}                | 400 | invalid_parameter",
                "{\"name\":\"a\",\"tier\":\"gold\"}              | 400 | invalid_parameter",
                "{\"name\":\"a\",\"tier\":\"pro\",\"x\":\"y\"}   | 400 | invalid_parameter",
                "{\"name\":\"a\",\"tier\":\"pro\"} x             | 400 | malformed_json",
                "nonsense                                        | 400 | malformed_json"
            })
    void whatIsNoOrgIsRefused(String body, int status, String code) throws Exception {
        assertProblem(post("/v1/orgs", body, "Authorization", "Bearer " + ADMIN), status, code);
    }

    @Test
    void noKeyIsMissingAndABadOneIsInvalid() throws Exception {
        String unknown = "trg_live_00000000_00000000000000000000000000000000000000";
        for (String[] headers : new String[][] {{}, {"Authorization", "Basic abc"}}) {
            HttpResponse<String> answer = post("/v1/events", EVENT, headers);
            assertProblem(answer, 401, "missing_key");
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        }
        for (String bad : List.of(key + "0", key.substring(0, key.length() - 1), unknown, "x", ADMIN)) {
            HttpResponse<String> answer = post("/v1/events", EVENT, "Authorization", "Bearer " + bad);
            assertProblem(answer, 401, "invalid_key");
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        }
        assertProblem(
                post("/v1/events", EVENT, "Authorization", "Bearer " + key, "X-API-Key", unknown),
                400,
                "invalid_parameter");
    }

    @Test
    void onlyTheOperatorMakesOrgs() throws Exception {
        String body = "{\"name\":\"a\",\"tier\":\"pro\"}";

        assertProblem(post("/v1/orgs", body), 401, "missing_key");
        assertProblem(post("/v1/orgs", body, "Authorization", "Bearer " + key), 401, "invalid_key");
        assertProblem(post("/v1/orgs", body, "Authorization", "Bearer x"), 401, "invalid_key");
    }

    @Test
    void whatIsNotServedIsRefusedInTheSameShape() throws Exception {
        String[] auth = {"Authorization", "Bearer " + key};
        assertProblem(get("/v1/nothing", auth), 404, "not_found");
        assertProblem(get("/v1/nothing"), 401, "missing_key");
        assertProblem(get("/error", auth), 404, "not_found");
        assertProblem(get("/problems/nothing"), 404, "not_found");
        assertProblem(get("/livez/nothing"), 404, "not_found");
        assertProblem(get("/v1/orgs/7", "Authorization", "Bearer " + ADMIN), 400, "invalid_parameter");
        assertProblem(
                get("/v1/orgs/00000000-0000-4000-8000-000000000000", "Authorization", "Bearer " + ADMIN),
                404,
                "not_found");
        HttpResponse<String> wrongMethod = get("/v1/events", auth);
        assertProblem(wrongMethod, 405, "method_not_allowed");
        assertThat(wrongMethod.headers().firstValue("Allow")).contains("POST");
        assertProblem(
                post("/v1/events", EVENT, "Authorization", "Bearer " + key, "Content-Type", "text/plain"),
                415,
                "unsupported_media_type");
        assertProblem(
                post("/v1/events", EVENT, "Authorization", "Bearer " + key, "Content-Type", "nonsense"),
                415,
                "unsupported_media_type");
        assertProblem(postEvent("{"), 400, "malformed_json");
        assertProblem(postEvent("{}"), 400, "invalid_event");
        assertProblem(postEvent(EVENT, "Idempotency-Key", ""), 400, "invalid_parameter");
    }

    @Test
    void aKeyWithoutTheScopeIsForbidden() throws Exception {
        var orgs = service.getBean(Orgs.class);
        String reader = orgs.issueKey(OrgId.parse(org), "reader", Set.of(Scope.INBOX_READ))
                .orElseThrow()
                .key()
                .reveal();

        assertProblem(post("/v1/events", EVENT, "Authorization", "Bearer " + reader), 403, "missing_scope");
    }

    @Test
    void everyAnswerHasARequestId() throws Exception {
        assertThat(postEvent(EVENT, "X-Request-Id", "mine-1").headers().firstValue("X-Request-Id"))
                .contains("mine-1");
        assertThat(get("/v1/nothing", "X-Request-Id", "mine-2").headers().firstValue("X-Request-Id"))
                .contains("mine-2");
        assertThat(get("/livez", "X-Request-Id", "not sane!").headers().firstValue("X-Request-Id"))
                .hasValueSatisfying(id -> assertThat(id).hasSize(36));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /livez?a=[ HTTP/1.1",
                "GET /\u0001 HTTP/1.1",
                "NONSENSE",
                "GET /%zz HTTP/1.1",
                "GET /v1/%2e%2e/x HTTP/1.1",
                "GET /livez/%00 HTTP/1.1"
            })
    void whatIsNotHttpGetsNeitherAVersionNorAStackTrace(String requestLine) throws IOException {
        String answer = raw(requestLine + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answer).containsPattern("^HTTP/1.1 4\\d\\d");
        assertThat(answer)
                .doesNotContainIgnoringCase("tomcat")
                .doesNotContainIgnoringCase("whitelabel")
                .doesNotContain("Exception", "java.", "at org.", "\nServer:");
    }

    @Test
    void aBodyThatBreaksOffIsTheCallersFault() throws IOException {
        String answer = raw("POST /v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-API-Key: " + key
                + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json", "malformed_json", "body: broken off (expected: all of it)");
    }

    @Test
    void theServiceSaysHowItIs() throws Exception {
        assertThat(get("/livez").body()).isEqualTo("{\"status\":\"alive\"}");
        postEvent(EVENT);

        String metrics = get("/metrics").body();

        assertThat(metrics)
                .contains("triggers_ingest_events_total{answer=\"received\"}")
                .contains("triggers_key_lookups_total{layer=\"memory\",result=\"hit\"}")
                .contains("triggers_ingest_inflight_events 0.0")
                .containsPattern("triggers_http_connections [1-9]")
                .containsPattern("triggers_http_connections_most [1-9][0-9]{2}");
    }

    private static String kept(JsonNode received) {
        return received.get("receipt").asString();
    }

    private Submission at(Receipt receipt) {
        TopicPartition partition = new TopicPartition(Topics.INGESTED.name(), receipt.partition());
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, receipt.offset());
            var records = await().until(() -> consumer.poll(Duration.ofMillis(500)), polled -> !polled.isEmpty());
            return (Submission) Topics.INGESTED.read(records.iterator().next());
        }
    }

    private HttpResponse<String> postEvent(String body, String... headers) throws Exception {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Authorization";
        all[headers.length + 1] = "Bearer " + key;
        return post("/v1/events", body, all);
    }

    private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return send("POST", path, BodyPublishers.ofString(body), headers);
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    private HttpResponse<String> send(String method, String path, BodyPublisher body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, body);
        if (method.equals("POST")) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
        JsonNode problem = json(answer);
        assertThat(problem.get("type").asString()).isEqualTo("/problems/" + code);
        assertThat(problem.get("code").asString()).isEqualTo(code);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        JsonNode error = problem.at("/errors/0");
        assertThat(error.get("code").asString()).isEqualTo(code);
        assertThat(error.get("status").asInt()).isEqualTo(status);
        assertThat(error.get("title").asString()).isNotBlank();
        assertThat(error.get("detail").asString())
                .isEqualTo(problem.get("detail").asString());
    }
}
