package dev.triggers.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.triggers.proof.Client.InboxEvent;
import dev.triggers.proof.Client.Receipt;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** From POST to inbox, through one {@code ./triggers dev}. */
class WholePathIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(10);

    private static final List<String> BASE_PATHS =
            List.of("/v1", "/trigger-inbox/v1", "/trigger-inbox/api/v1", "/api/v0/sdk/trigger-inbox/api/v1", "/api/v1");

    private static Dev dev;

    @BeforeAll
    static void start(@TempDir Path directory) {
        dev = Dev.startFrugally(directory.resolve("data"));
    }

    @AfterAll
    static void stop() {
        dev.close();
    }

    static Stream<Arguments> inputs() {
        return Stream.concat(
                Stream.of(arguments("sample", Project.sample())),
                Project.webhooks().stream().map(lines -> arguments("webhooks", lines)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inputs")
    void everyEventPostedIsInTheInboxByteForByte(String name, List<String> lines) {
        Client client = dev.newOrg();

        lines.forEach(client::submit);

        List<InboxEvent> inbox = awaitInbox(client, lines.size());
        assertThat(inbox)
                .extracting(InboxEvent::data)
                .isEqualTo(lines.stream().map(RawJson::data).toList());
        assertThat(inbox)
                .extracting(InboxEvent::type)
                .isEqualTo(lines.stream()
                        .map(line -> Client.JSON.readTree(line).get("type").asString())
                        .toList());
        assertThat(inbox).extracting(InboxEvent::sequence).isEqualTo(oneTo(lines.size()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inputs")
    void whatIsSentTwiceIsKeptOnce(String name, List<String> lines) throws Exception {
        Client client = dev.newOrg();

        List<Receipt> first = submitAll(client, lines);
        List<Receipt> second = submitAll(client, lines);

        assertThat(second)
                .extracting(Receipt::id)
                .isEqualTo(first.stream().map(Receipt::id).toList());
        assertThat(awaitInbox(client, lines.size()))
                .extracting(InboxEvent::id)
                .containsExactlyInAnyOrderElementsOf(
                        first.stream().map(Receipt::id).toList());
        for (int i = 0; i < lines.size(); i++) {
            JsonNode outcome = awaitOutcome(client, second.get(i));
            assertThat(outcome.get("outcome").asString()).isEqualTo("duplicate");
            assertThat(outcome.get("original_receipt").asString())
                    .isEqualTo(first.get(i).receipt());
        }
    }

    @Test
    void whatIsSentFiftyTimesAtOnceIsInTheInboxOnce() throws Exception {
        Client client = dev.newOrg();

        List<Receipt> receipts =
                submitAll(client, Collections.nCopies(50, "{\"type\":\"a\",\"dedup_id\":\"x\",\"data\":{}}"));
        client.submit("{\"type\":\"last\",\"data\":{}}");

        assertThat(receipts)
                .extracting(Receipt::id)
                .containsOnly(receipts.getFirst().id());
        assertThat(awaitInbox(client, 2)).extracting(InboxEvent::type).containsExactly("a", "last");
    }

    @Test
    void sequencesAreGapless() throws Exception {
        Client client = dev.newOrg();

        submitAll(client, LongStream.range(0, 500).mapToObj(WholePathIT::event).toList());

        assertThat(awaitInbox(client, 500)).extracting(InboxEvent::sequence).isEqualTo(oneTo(500));
    }

    @Test
    void everyReceiptHasOneOutcome() throws Exception {
        Client client = dev.newOrg();
        List<Receipt> receipts = new ArrayList<>();
        receipts.add(client.submit("{\"type\":\"a\",\"dedup_id\":\"x\",\"data\":{\"n\":1}}"));
        receipts.add(client.submit("{\"type\":\"a\",\"dedup_id\":\"x\",\"data\":{\"n\":1}}"));
        receipts.add(client.submit("{\"type\":\"a\",\"dedup_id\":\"x\",\"data\":{\"n\":2}}"));
        receipts.add(client.submit("{\"type\":\"a\",\"data\":{\"n\":3}}"));

        List<String> outcomes = new ArrayList<>();
        for (Receipt receipt : receipts) {
            outcomes.add(awaitOutcome(client, receipt).get("outcome").asString());
        }
        assertThat(outcomes).containsExactly("accepted", "duplicate", "conflict", "accepted");
        assertThat(receipts).extracting(Receipt::receipt).doesNotHaveDuplicates();
    }

    @Test
    void acknowledgedEventsAreGone() throws Exception {
        Client client = dev.newOrg();
        submitAll(client, LongStream.range(0, 20).mapToObj(WholePathIT::event).toList());
        List<InboxEvent> inbox = awaitInbox(client, 20);
        List<String> some = inbox.stream()
                .filter(e -> e.sequence() % 2 == 0)
                .map(InboxEvent::id)
                .toList();

        JsonNode answer = client.acknowledge(some);
        JsonNode repeat = client.acknowledge(some);

        assertThat(answer.get("acknowledged").asInt()).isEqualTo(10);
        assertThat(repeat.get("results").get(0).get("outcome").asString()).isEqualTo("already_acked");
        assertThat(client.inbox())
                .extracting(InboxEvent::sequence)
                .allMatch(s -> s % 2 == 1)
                .hasSize(10);
        assertThat(client.inbox("&status=acked")).hasSize(10);
        assertThat(client.inbox("&status=all")).hasSize(20);
    }

    private static void settleAll(Client client, String inbox) {
        client.submit("{\"type\":\"a\",\"data\":{}}");
        JsonNode lease = ok(client.post(inbox + "/messages/lease", "{\"wait\":20}"));
        String id = "{\"lease_id\":\"" + lease.get("lease_id").asString() + "\"}";
        ok(client.post(inbox + "/messages/renew", id));
        ok(client.post(inbox + "/messages/reject", id));
        ok(client.post(inbox + "/messages/release", id));
        ok(client.post(inbox + "/messages/ack", id));
        ok(client.get(inbox + "/stats"));
        operateOn(client, inbox);
    }

    /** At least one message is quarantined in it. */
    private static void operateOn(Client client, String inbox) {
        JsonNode redriven = ok(client.post(inbox + "/messages/redrive", ""));
        assertThat(redriven.at("/operation/messages").asLong()).isPositive();
        JsonNode purged = ok(client.post(inbox + "/messages/purge", ""));
        assertThat(purged.at("/operation/messages").asLong()).isPositive();
        JsonNode replayed = ok(client.post(inbox + "/messages/replay", "{\"from_sequence\":1}"));
        assertThat(replayed.at("/operation/applied_at").isString()).isTrue();
        assertThat(client.inbox()).isNotEmpty();
        ok(client.post(inbox + "/messages/purge", "{}"));
        JsonNode operations = ok(client.get(inbox + "/operations?limit=1000")).get("operations");
        assertThat(operations.findValuesAsString("kind")).endsWith("redriven", "purged", "replayed", "purged");
        assertThat(ok(client.post(inbox + "/messages/redrive", "{}")).has("operation"))
                .isFalse();
    }

    static List<String> basePaths() {
        return BASE_PATHS;
    }

    @ParameterizedTest
    @MethodSource("basePaths")
    void whatIsLeasedIsSettledOrComesBack(String base) throws Exception {
        Client client = dev.newOrg();
        submitAll(client, LongStream.range(0, 4).mapToObj(WholePathIT::event).toList());
        awaitInbox(client, 4);
        String messages = base + "/inboxes/default/messages";

        JsonNode lease = ok(client.post(messages + "/lease", "{\"lease_limit\":3,\"lease_seconds\":60}"));
        String id = "{\"lease_id\":\"" + lease.get("lease_id").asString() + "\"";
        JsonNode first = lease.get("results").get(0);
        String one = ",\"message_ids\":[\"" + first.get("id").asString() + "\"]}";
        JsonNode acked = ok(client.post(messages + "/ack", id + one));
        ok(client.post(messages + "/renew", id + "}"));
        JsonNode released = ok(client.post(messages + "/release", id + "}"));
        JsonNode again = ok(client.post(messages + "/lease", "{}"));

        assertThat(lease.get("results")).hasSize(3);
        assertThat(first.get("payload").isObject()).isTrue();
        assertThat(acked.get("results")).hasSize(1);
        assertThat(released.get("results")).hasSize(2);
        assertThat(again.get("results"))
                .extracting(m -> m.get("sequence").asLong())
                .containsExactly(2L, 3L, 4L);
        assertThat(client.inbox("&status=acked")).hasSize(1);
        assertThat(client.inbox("&status=leased")).hasSize(3);
        assertProblem(client.post(messages + "/ack", id + "}"), 400, "lease_expired");
        assertProblem(client.post(messages + "/ack", "{\"lease_id\":\"x\"}"), 400, "invalid_parameter");
        assertProblem(client.post(messages + "/lease", "{\"lease_limit\":101}"), 400, "invalid_parameter");
        JsonNode none = ok(client.post(messages + "/lease", ""));
        assertThat(none.get("lease_id").isNull()).isTrue();
        assertThat(none.get("results")).isEmpty();
    }

    @Test
    void whoWaitsIsAnsweredWhenItHappens() throws Exception {
        Client client = dev.newOrg();
        try (ExecutorService waiting = Executors.newFixedThreadPool(2)) {
            Future<JsonNode> page = waiting.submit(() -> ok(client.get("/v1/inbox?wait=15")));
            Future<JsonNode> lease = waiting.submit(
                    () -> ok(client.post("/v1/inboxes/default/messages/lease", "{\"wait\":15,\"lease_seconds\":1}")));
            await().atMost(SOON).until(() -> waitingRequests() == 2);

            Receipt receipt = client.submit(event(1));

            assertThat(page.get().get("events")).hasSize(1);
            assertThat(lease.get().get("results")).hasSize(1);
            JsonNode outcome = ok(client.get("/v1/receipts/" + receipt.receipt() + "?wait=15"));
            assertThat(outcome.get("outcome").asString()).isEqualTo("accepted");
            JsonNode again = ok(client.post("/v1/inboxes/default/messages/lease", "{\"wait\":15}"));
            assertThat(again.get("results")
                            .get(0)
                            .at("/message_attributes/lease_count")
                            .asInt())
                    .isEqualTo(2);
        }
    }

    private static long waitingRequests() {
        String metrics = new String(dev.get("/metrics").body(), StandardCharsets.UTF_8);
        return metrics.lines()
                .filter(line -> line.startsWith("triggers_inbox_waiting "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    private static JsonNode ok(HttpResponse<byte[]> response) {
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return Client.JSON.readTree(response.body());
    }

    @Test
    void anotherOrgSeesNothingOfIt() {
        Client client = dev.newOrg();
        Client other = dev.newOrg();
        Receipt receipt = client.submit("{\"type\":\"a\",\"data\":{}}");
        awaitInbox(client, 1);

        assertThat(other.inbox("&status=all")).isEmpty();
        assertThat(other.get("/v1/receipts/" + receipt.receipt()).statusCode()).isEqualTo(404);
        assertThat(other.acknowledge(List.of(receipt.id())).get("failed").asInt())
                .isEqualTo(1);
        assertThat(client.inbox()).hasSize(1);
    }

    @Test
    void aReceiptNobodyGotIsNotFound() {
        Client client = dev.newOrg();

        assertThat(client.get("/v1/receipts/0-999999999").statusCode()).isEqualTo(404);
        assertThat(client.get("/v1/receipts/999-0").statusCode()).isEqualTo(404);
        assertThat(client.get("/v1/receipts/x").statusCode()).isEqualTo(400);
    }

    @Test
    void whatIsAskedWronglyIsAnsweredInOneShape() {
        Client client = dev.newOrg();

        assertProblem(client.get("/v1/inbox?limit=0"), 400, "invalid_parameter");
        assertProblem(client.get("/v1/inbox?limit=1001"), 400, "invalid_parameter");
        assertProblem(client.get("/v1/inbox?cursor=AAAA"), 400, "invalid_cursor");
        assertProblem(client.get("/v1/inbox?status=gone"), 400, "invalid_parameter");
        assertProblem(client.get("/v1/inbox?color=red"), 400, "invalid_parameter");
        assertProblem(client.get("/v1/nothing"), 404, "not_found");
        assertProblem(client.get("/v1/inbox/ack"), 405, "method_not_allowed");
        assertProblem(client.post("/v1/inbox/ack", "{"), 400, "malformed_json");
        assertProblem(client.post("/v1/inbox/ack/no-id", ""), 400, "invalid_parameter");
        assertProblem(client.post("{\"type\":\"a\",\"data\":[]}"), 400, "invalid_event");
    }

    private static void assertProblem(HttpResponse<byte[]> response, int status, String code) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
        JsonNode body = Client.JSON.readTree(response.body());
        assertThat(body.get("code").asString()).isEqualTo(code);
        JsonNode error = body.get("errors").get(0);
        assertThat(error.get("code").asString()).isEqualTo(code);
        assertThat(error.get("title").asString()).isNotEmpty();
        assertThat(error.get("detail").asString()).contains("(expected: ");
        assertThat(error.get("status").asInt()).isEqualTo(status);
    }

    /** {@link Client} holds each answer to the document; here every operation is asked. */
    @Test
    void theBooksBalance() throws Exception {
        Client client = dev.newOrg();
        for (int i = 0; i < 10; i++) {
            client.submit("{\"type\":\"a\",\"dedup_id\":\"d" + i % 4 + "\",\"data\":{}}");
        }
        awaitOutcome(client, client.submit("{\"type\":\"a\",\"dedup_id\":\"d0\",\"data\":{\"x\":1}}"));
        client.acknowledge(List.of(awaitInbox(client, 4).get(2).id()));

        JsonNode books = ok(client.get("/v1/reconciliation"));

        assertThat(sum(books, "ingested")).isEqualTo(11);
        assertThat(sum(books, "accepted")).isEqualTo(4);
        assertThat(sum(books, "duplicate")).isEqualTo(6);
        assertThat(sum(books, "conflict")).isEqualTo(1);
        assertThat(sum(books, "pending")).isZero();
        assertThat(sum(books, "acked")).isEqualTo(1);
        assertThat(sum(books, "unacknowledged")).isEqualTo(3);
        assertThat(books.get("pending_complete").asBoolean()).isTrue();
        new EveryOperation(dev).coverage();
    }

    private static long sum(JsonNode books, String column) {
        return books.get("hours")
                .valueStream()
                .mapToLong(hour -> hour.get(column).asLong())
                .sum();
    }

    @Test
    void everyOperationAnswersAsTheDocumentSays() throws Exception {
        Client client = dev.newOrg();
        Receipt receipt = client.submit("{\"type\":\"a\",\"data\":{}}");
        awaitOutcome(client, receipt);
        awaitInbox(client, 1);
        client.acknowledge(List.of(receipt.id()));
        client.post("/v1/inbox/ack/" + receipt.id(), "");
        assertThat(ok(client.get("/api/inbox?status=all"))
                        .at("/events/0/delivery_status")
                        .asString())
                .isEqualTo("acked");
        client.post("/api/inbox/ack", "{\"event_ids\":[\"" + receipt.id() + "\"]}");
        client.post("/api/inbox/ack/" + receipt.id(), "");
        EveryOperation operations = new EveryOperation(dev);
        operations.coverage();
        operations.events();
        operations.orgs();
        operations.keys();
        operations.me(client);
        operations.rebuild();
        client.submit("{\"type\":\"a\",\"dedup_id\":\"x\",\"data\":{}}");
        Receipt repeated = client.submit("{\"type\":\"a\",\"dedup_id\":\"x\",\"data\":{}}");
        awaitOutcome(client, repeated);
        assertThat(ok(client.get("/v1/history?type=a*&order=desc")).get("events"))
                .hasSize(2);
        assertThat(ok(client.get("/v1/history/" + repeated.id())).get("attempts"))
                .hasSize(2);
        assertThat(ok(client.get("/v1/rejections?outcome=duplicate")).get("rejections"))
                .hasSize(1);
        assertThat(client.stream("/v1/stream?after=0", 2)).contains("id: 1\n", "id: 2\n");
        redriveThrottled(Flood.over(dev));
        for (String base : BASE_PATHS) {
            settleAll(client, base + "/inboxes/default");
            operations.inboxes(client, base + "/inboxes");
            assertThat(client.stream(base + "/inboxes/default/events", 0)).startsWith("retry: ");
            assertThat(ok(client.get(base + "/inboxes/default/notification"))
                            .get("secret")
                            .asString())
                    .startsWith("whsec_");
            ok(client.post(base + "/inboxes/default/notification/rotate", "{\"grace_seconds\":0}"));
        }
        for (String path : List.of("/livez", "/readyz", "/metrics", "/problems", "/problems/draining")) {
            client.get(path);
        }
        assertThat(client.get("/openapi.json").body()).isEqualTo(Project.openApi());
        assertThat(client.get("/asyncapi.json").body()).isEqualTo(Project.asyncApi());

        assertThat(Client.DOCUMENTED.operations())
                .allSatisfy(operation ->
                        assertThat(Client.DOCUMENTED.seen()).anyMatch(seen -> seen.startsWith(operation + " 2")));
    }

    /** Each is accepted once, whoever asks how often. */
    private static void redriveThrottled(Flood flood) throws Exception {
        Client client = flood.client();
        await().atMost(SOON)
                .until(() -> ok(client.get("/v1/rejections?outcome=throttled"))
                                .get("rejections")
                                .size()
                        == flood.throttled().size());
        String one = "/v1/rejections/" + flood.throttled().getFirst() + "/redrive";
        awaitOutcome(client, ok(client.post(one, "")));
        JsonNode rest = ok(client.post("/v1/rejections/redrive", "{\"limit\":500}"));
        assertThat(rest.get("redriven")).hasSize(flood.throttled().size() - 1);
        for (JsonNode redriven : rest.get("redriven")) {
            awaitOutcome(client, redriven);
        }
        assertProblem(client.post(one, ""), 400, "invalid_parameter");
        assertThat(ok(client.post("/v1/rejections/redrive", "")).get("redriven"))
                .isEmpty();
        assertThat(client.inbox("&status=all")).hasSize(flood.submitted());
    }

    private static void awaitOutcome(Client client, JsonNode redriven) {
        String receipt = redriven.get("redriven_as").asString();
        await().atMost(SOON)
                .until(() -> ok(client.get("/v1/receipts/" + receipt))
                        .get("outcome")
                        .asString()
                        .equals("accepted"));
    }

    @Test
    void nobodyGetsInWithoutAKeyWhereTheDocumentAsksForOne() {
        assertThat(Client.DOCUMENTED.guarded()).isNotEmpty().allSatisfy(operation -> {
            HttpRequest request = HttpRequest.newBuilder(URI.create(dev.env("TRIGGERS_URL") + operation.path()))
                    .method(operation.method(), BodyPublishers.noBody())
                    .build();
            assertProblem(Client.send(request), 401, "missing_key");
        });
    }

    @Test
    void afterARestartTheAnswerIsTheSame() throws Exception {
        assertSameAnswerAfter(() -> dev.process().stop(STOP_WITHIN));
    }

    @Test
    void afterKillMinusNineTheAnswerIsTheSame() throws Exception {
        assertSameAnswerAfter(() -> dev.process().kill());
    }

    private static void assertSameAnswerAfter(Runnable end) throws Exception {
        Client client = dev.newOrg();
        List<Receipt> receipts = submitAll(client, Project.sample());
        List<InboxEvent> inbox = awaitInbox(client, Project.sample().size());
        client.acknowledge(List.of(inbox.get(0).id(), inbox.get(2).id()));
        String before = everything(client);

        end.run();
        dev.startAgain();

        assertThat(everything(client)).isEqualTo(before);
        List<Receipt> again = submitAll(client, Project.sample());
        assertThat(again)
                .extracting(Receipt::id)
                .isEqualTo(receipts.stream().map(Receipt::id).toList());
        for (Receipt receipt : again) {
            assertThat(awaitOutcome(client, receipt).get("outcome").asString()).isEqualTo("duplicate");
        }
        assertThat(everything(client)).isEqualTo(before);
    }

    private static String everything(Client client) {
        return client.inbox() + "\n" + client.inbox("&status=acked") + "\n" + client.inbox("&status=all");
    }

    private static List<Receipt> submitAll(Client client, List<String> lines) throws Exception {
        try (ExecutorService producers = Executors.newFixedThreadPool(8)) {
            List<Callable<Receipt>> posts = new ArrayList<>();
            lines.forEach(line -> posts.add(() -> client.submit(line)));
            List<Receipt> receipts = new ArrayList<>();
            for (Future<Receipt> receipt : producers.invokeAll(posts)) {
                receipts.add(receipt.get());
            }
            return receipts;
        }
    }

    private static List<InboxEvent> awaitInbox(Client client, int size) {
        return await().atMost(SOON).until(client::inbox, inbox -> inbox.size() >= size);
    }

    private static JsonNode awaitOutcome(Client client, Receipt receipt) {
        return await().atMost(SOON)
                .pollDelay(Duration.ZERO)
                .until(
                        () -> client.outcome(receipt),
                        outcome -> !outcome.get("outcome").asString().equals("pending"));
    }

    private static String event(long number) {
        return "{\"type\":\"counted\",\"data\":{\"n\":" + number + "}}";
    }

    private static List<Long> oneTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }
}
