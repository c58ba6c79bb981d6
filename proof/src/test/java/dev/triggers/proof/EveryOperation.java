package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;

/** Asks for each thing that ingest-api does, and for inboxes, so that its answer is held to the document. */
final class EveryOperation {

    private static final String ANY_KEY = "{\"name\":\"proof\",\"scopes\":[\"events:write\"]}";

    private static final String JSON = "application/json";
    private static final String OURS = "{\"type\":\"a\",\"data\":{}}";
    private static final String CLOUD_EVENT =
            "{\"specversion\":\"1.0\",\"id\":\"A-1\",\"source\":\"/proof\",\"type\":\"a\",\"data\":{}}";

    private final Dev dev;

    EveryOperation(Dev dev) {
        this.dev = dev;
    }

    /** The operator's life of an org, from none to deleted. */
    void orgs() {
        String org = "/v1/orgs/" + dev.newOrgId();
        assertThat(asOperator("GET", "/v1/orgs?limit=1", "").statusCode()).isEqualTo(200);
        assertThat(asOperator("GET", org, "").statusCode()).isEqualTo(200);
        HttpResponse<byte[]> limited =
                asOperator("PATCH", org, "{\"limit\":{\"per_minute\":5},\"tier\":\"pro\",\"suspended\":true}");
        assertThat(json(limited).at("/limit/burst").asInt()).isEqualTo(5);
        assertThat(asOperator("PATCH", org, "{\"limit\":null}").statusCode()).isEqualTo(200);
        assertThat(asOperator("PATCH", org, "{}").statusCode()).isEqualTo(400);
        assertThat(asOperator("POST", org + "/keys", ANY_KEY).statusCode()).isEqualTo(201);
        assertThat(asOperator("POST", org + "/keys", "{}").statusCode()).isEqualTo(400);
        assertThat(asOperator("DELETE", org, "").statusCode()).isEqualTo(204);
        assertThat(asOperator("DELETE", org, "").statusCode()).isEqualTo(404);
    }

    /** The operator's look at whether every submission has exactly one outcome, partition by partition. */
    void coverage() {
        int partitions = 1;
        for (int partition = 0; partition < partitions; partition++) {
            JsonNode coverage = json(asOperator("GET", "/v1/reconciliation/coverage?partition=" + partition, ""));
            assertThat(coverage.get("missing")).as(coverage.toString()).isEmpty();
            assertThat(coverage.get("doubled")).as(coverage.toString()).isEmpty();
            assertThat(coverage.get("complete").asBoolean()).isTrue();
            partitions = coverage.get("partitions").asInt();
        }
    }

    /** An org's own keys, from issued to revoked. */
    void keys() {
        HttpRequest.Builder created =
                dev.operator("/v1/orgs").POST(BodyPublishers.ofString("{\"name\":\"proof\",\"tier\":\"free\"}"));
        String admin = json(Client.send(created.build())).at("/key/key").asString();
        assertThat(json(withKey(admin, "GET", "/v1/me", ""))
                        .at("/limit/per_minute")
                        .asInt())
                .isEqualTo(100);
        String id = json(withKey(
                        admin,
                        "POST",
                        "/v1/keys",
                        "{\"name\":\"proof\",\"scopes\":[\"inbox:read\"],\"expires_at\":\"2040-01-01T00:00:00Z\"}"))
                .get("id")
                .asString();
        JsonNode next = json(withKey(admin, "POST", "/v1/keys/" + id + "/rotate", "{\"grace_seconds\":60}"));
        assertThat(withKey(next.get("key").asString(), "GET", "/v1/keys", "").statusCode())
                .isEqualTo(403);
        String last = json(withKey(admin, "POST", "/v1/keys/" + next.get("id").asString() + "/rotate", ""))
                .get("id")
                .asString();
        assertThat(json(withKey(admin, "GET", "/v1/keys", "")).get("keys").findValuesAsString("id"))
                .contains(last);
        assertThat(withKey(admin, "DELETE", "/v1/keys/" + last, "").statusCode())
                .isEqualTo(204);
        assertThat(withKey(admin, "DELETE", "/v1/keys/" + last, "").statusCode())
                .isEqualTo(404);
    }

    /** Begun and ended, or done before that. */
    void rebuild() {
        assertThat(json(asOperator("POST", "/v1/rebuild", ""))
                        .at("/rebuild/state")
                        .asString())
                .isEqualTo("building");
        assertThat(asOperator("DELETE", "/v1/rebuild", "").statusCode()).isEqualTo(202);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> !json(asOperator("GET", "/v1/rebuild", ""))
                        .at("/rebuild/ended_at")
                        .isNull());
    }

    /** Of an org without a limit. */
    void me(Client unlimited) {
        JsonNode me = json(withKey(unlimited.key(), "GET", "/v1/me", ""));
        assertThat(me.get("limit").isNull() && me.get("remaining").isNull())
                .as(me.toString())
                .isTrue();
    }

    /** The life of an inbox under one of the base paths, and the ways in which it is refused. */
    void inboxes(Client client, String inboxes) {
        String key = client.key();
        String asked = "{\"key\":\"k\",\"subscription\":{\"app_key\":\"any\",\"action_key\":\"a\"},\"start\":\"%s\"}";
        JsonNode made = json(withKey(key, "POST", inboxes, asked.formatted("earliest")));
        String inbox = inboxes + "/" + made.get("id").asString();
        assertThat(json(withKey(key, "GET", inbox, "")).get("name").asString()).isEqualTo("k");
        assertThat(withKey(key, "POST", inboxes, asked.formatted("now")).statusCode())
                .isEqualTo(409);
        assertThat(withKey(key, "PUT", inboxes, asked.formatted("now")).statusCode())
                .isEqualTo(200);
        String other = asked.replace("\"k\"", "\"other\"").formatted("2026-01-01T00:00:00Z");
        String second = inboxes + "/"
                + json(withKey(key, "PUT", inboxes, other)).get("id").asString();
        assertThat(withKey(key, "PUT", inboxes, "{}").statusCode()).isEqualTo(400);
        JsonNode page = json(withKey(key, "GET", inboxes + "?limit=1&offset=1", ""));
        assertThat(page.get("count").asInt()).isEqualTo(3);
        assertThat(page.get("previous").asString()).endsWith("?limit=1&offset=0");
        String next = page.get("next").asString();
        assertThat(next).startsWith(dev.env("TRIGGERS_URL") + inboxes);
        assertThat(json(withKey(
                                key,
                                "GET",
                                next.substring(dev.env("TRIGGERS_URL").length()),
                                ""))
                        .get("results"))
                .hasSize(1);
        String url = "{\"notification_url\":\"%s\"}";
        assertThat(json(withKey(key, "PATCH", inbox, url.formatted("https://example.com/x")))
                        .get("notification_url")
                        .asString())
                .isEqualTo("https://example.com/x");
        assertThat(withKey(key, "PATCH", inbox, url.formatted("http://example.com/x"))
                        .statusCode())
                .isEqualTo(400);
        JsonNode lease = json(withKey(key, "POST", inbox + "/messages/lease", "{\"wait\":20}"));
        JsonNode messages = json(withKey(key, "GET", inbox + "/messages?limit=1", ""));
        assertThat(messages.get("results").get(0).get("status").asString()).isEqualTo("leased");
        assertThat(json(withKey(key, "POST", inbox + "/pause", ""))
                        .get("status")
                        .asString())
                .isEqualTo("paused");
        String whole = "{\"lease_id\":\"" + lease.get("lease_id").asString() + "\"}";
        assertThat(withKey(key, "POST", inbox + "/messages/ack", whole).statusCode())
                .isEqualTo(200);
        drained(key, inbox);
        assertThat(json(withKey(key, "POST", inbox + "/resume", ""))
                        .get("paused_reason")
                        .isNull())
                .isTrue();
        assertThat(withKey(key, "POST", inboxes + "/default/pause", "").statusCode())
                .isEqualTo(400);
        for (String each : List.of(inbox, second)) {
            JsonNode deleted = json(withKey(key, "DELETE", each, ""));
            assertThat(deleted.get("status").asString()).isEqualTo("deleting");
            assertThat(deleted.get("key").isNull() && deleted.get("name").isNull())
                    .isTrue();
            assertThat(withKey(key, "GET", each, "").statusCode()).isEqualTo(404);
        }
    }

    /** Leases until the paused inbox says that nothing is left: the contract's clients read that at the top. */
    private void drained(String key, String inbox) {
        JsonNode said = await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            HttpResponse<byte[]> answer =
                                    withKey(key, "POST", inbox + "/messages/lease", "{\"lease_limit\":100}");
                            JsonNode body = Client.JSON.readTree(answer.body());
                            if (answer.statusCode() == 200
                                    && !body.get("lease_id").isNull()) {
                                String lease = "{\"lease_id\":\""
                                        + body.get("lease_id").asString() + "\"}";
                                assertThat(withKey(key, "POST", inbox + "/messages/ack", lease)
                                                .statusCode())
                                        .isEqualTo(200);
                            }
                            return body;
                        },
                        body -> body.has("detail"));
        assertThat(said.at("/inbox_attributes/status").asString()).isEqualTo("paused");
        assertThat(said.at("/inbox_attributes/paused_reason").asString()).isEqualTo("user");
        assertThat(said.at("/errors/0/code").asString()).isEqualTo("inbox_paused");
    }

    /** Each way to send events, and each way in which an org with a limit is answered. */
    void events() throws IOException {
        JsonNode created = newOrg();
        String key = created.at("/key/key").asString();
        json(asOperator(
                "PATCH",
                "/v1/orgs/" + created.at("/org/id").asString(),
                "{\"limit\":{\"per_minute\":1,\"burst\":30}}"));
        for (String path : List.of("/v1/events", "/api/events")) {
            budgeted(202, send(key, path, JSON, OURS));
            budgeted(202, send(key, path, "application/cloudevents+json", CLOUD_EVENT));
            budgeted(
                    202,
                    Client.send(event(key, path, JSON, "{\"n\":1}")
                            .headers("ce-specversion", "1.0", "ce-id", "A-2", "ce-source", "/proof", "ce-type", "a")
                            .build()));
            budgeted(
                    202,
                    Client.send(event(key, path, JSON, OURS)
                            .header("Content-Encoding", "gzip")
                            .POST(BodyPublishers.ofByteArray(gzip(OURS)))
                            .build()));
            assertThat(send(key, path, "text/plain", OURS).statusCode()).isEqualTo(415);
            assertThat(send(key, path, JSON, "{}").statusCode()).isEqualTo(400);
        }
        String batch = "/v1/events/batch";
        budgeted(202, send(key, batch, JSON, "[" + OURS + "," + OURS + "]"));
        budgeted(202, send(key, batch, "application/x-ndjson", OURS + "\n\n" + OURS));
        budgeted(202, send(key, batch, "application/cloudevents-batch+json", "[" + CLOUD_EVENT + "]"));
        budgeted(207, send(key, batch, JSON, "[" + OURS + ",{}]"));
        assertThat(send(key, batch, JSON, "[").statusCode()).isEqualTo(400);
        assertThat(send(key, batch, "text/plain", "[]").statusCode()).isEqualTo(415);
        assertThat(send(key, batch, JSON, "[" + "1,".repeat(10_000) + "1]").statusCode())
                .isEqualTo(413);
        String tooMany = "[" + (OURS + ",").repeat(30) + OURS + "]";
        budgeted(207, send(key, batch, JSON, tooMany));
        HttpResponse<byte[]> limited = send(key, batch, JSON, "[" + OURS + "]");
        budgeted(429, limited);
        assertThat(limited.headers().firstValue("Content-Type")).hasValue(JSON);
        budgeted(429, send(key, "/v1/events", JSON, OURS));
        budgeted(429, send(key, "/api/events", JSON, OURS));
    }

    private static void budgeted(int status, HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(status);
        assertThat(answer.headers().map()).containsKeys("ratelimit", "ratelimit-policy");
    }

    private HttpResponse<byte[]> send(String key, String path, String type, String body) {
        return Client.send(event(key, path, type, body).build());
    }

    private HttpRequest.Builder event(String key, String path, String type, String body) {
        return HttpRequest.newBuilder(URI.create(dev.env("TRIGGERS_URL") + path))
                .header("X-API-Key", key)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private JsonNode newOrg() {
        return json(asOperator("POST", "/v1/orgs", "{\"name\":\"proof\",\"tier\":\"free\"}"));
    }

    private HttpResponse<byte[]> asOperator(String method, String path, String body) {
        return Client.send(
                dev.operator(path).method(method, BodyPublishers.ofString(body)).build());
    }

    private HttpResponse<byte[]> withKey(String key, String method, String path, String body) {
        return Client.send(HttpRequest.newBuilder(URI.create(dev.env("TRIGGERS_URL") + path))
                .header("X-API-Key", key)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build());
    }

    private static JsonNode json(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isBetween(200, 299);
        return Client.JSON.readTree(answer.body());
    }
}
