package dev.triggers.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.access.KeyRing;
import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
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

/**
 * Organisations and keys over HTTP, on two instances that share Kafka, Postgres and Redis. They ask for a key again
 * after 4 and 5 s instead of 20 and 30 s, so that the bound without Redis can be awaited; what is effective within 1 s
 * is so by being announced.
 */
@ExtendWith(RealBackendsExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class OrgsAndKeysIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ADMIN = "an-admin-token-of-the-tests";
    private static final Duration ANNOUNCED = Duration.ofSeconds(1);
    private static final Duration EXPIRY = Duration.ofSeconds(5);
    private static final Duration LOOK_UP = Duration.ofMillis(500);

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<ConfigurableApplicationContext> services = new ArrayList<>();
    private String one = "";
    private String other = "";

    @BeforeAll
    void start(RealBackends backends) {
        PostgresAddress postgres = backends.freshDatabase("orgs_and_keys");
        one = instance(backends, postgres);
        other = instance(backends, postgres);
        awaitReady();
    }

    @AfterAll
    void stop() {
        services.forEach(ConfigurableApplicationContext::close);
    }

    // -- effective on every instance

    @Test
    void aRevokedKeyIsRefusedEverywhereWithinASecond() throws Exception {
        Made made = made("pro");
        Made spare = key(made, "spare", "[\"events:write\"]");
        assertThat(me(other, spare.key()).statusCode()).isEqualTo(200);

        assertThat(call("DELETE", one + "/v1/keys/" + spare.id(), made.key(), "")
                        .statusCode())
                .isEqualTo(204);

        assertThat(me(one, spare.key()).statusCode()).isEqualTo(401);
        awaitMe(ANNOUNCED, spare.key(), answer -> answer.statusCode() == 401);
        assertProblem(call("DELETE", one + "/v1/keys/" + spare.id(), made.key(), ""), 404, "not_found");
    }

    @Test
    void aRotatedKeyIsRefusedEverywhereWithinASecondAndItsSuccessorServed() throws Exception {
        Made made = made("pro");
        assertThat(me(other, made.key()).statusCode()).isEqualTo(200);

        HttpResponse<String> rotated = call("POST", one + "/v1/keys/" + made.id() + "/rotate", made.key(), "");

        assertThat(rotated.statusCode()).isEqualTo(201);
        assertThat(me(other, json(rotated).get("key").asString()).statusCode()).isEqualTo(200);
        awaitMe(ANNOUNCED, made.key(), answer -> answer.statusCode() == 401);
    }

    @Test
    void aKeyRotatedWithGraceStaysGoodForIt() throws Exception {
        Made made = made("pro");
        assertThat(me(other, made.key()).statusCode()).isEqualTo(200);

        HttpResponse<String> rotated =
                call("POST", one + "/v1/keys/" + made.id() + "/rotate", made.key(), "{\"grace_seconds\":2}");

        assertThat(rotated.statusCode()).isEqualTo(201);
        assertThat(me(one, made.key()).statusCode()).isEqualTo(200);
        assertThat(me(other, made.key()).statusCode()).isEqualTo(200);
        awaitMe(Duration.ofSeconds(2).plus(ANNOUNCED), made.key(), answer -> answer.statusCode() == 401);
    }

    @Test
    void aSuspendedOrgIsRefusedEverywhereWithinASecondAndServedAgainAfterwards() throws Exception {
        Made made = made("pro");
        assertThat(call("GET", other + "/v1/keys", made.key(), "").statusCode()).isEqualTo(200);

        patch(made, "{\"suspended\":true}");

        await().atMost(ANNOUNCED)
                .until(() -> call("GET", other + "/v1/keys", made.key(), "").statusCode() == 403);
        assertProblem(call("GET", other + "/v1/keys", made.key(), ""), 403, "org_suspended");
        patch(made, "{\"suspended\":false}");
        await().atMost(ANNOUNCED)
                .until(() -> call("GET", other + "/v1/keys", made.key(), "").statusCode() == 200);
    }

    @Test
    void aChangeOfPlanIsEffectiveEverywhereWithinASecond() throws Exception {
        Made made = made("free");
        assertThat(limit(me(other, made.key()))).isEqualTo("{\"per_minute\":100,\"burst\":100}");

        patch(made, "{\"tier\":\"business\"}");
        awaitMe(ANNOUNCED, made.key(), answer -> limit(answer).equals("{\"per_minute\":10000,\"burst\":10000}"));

        patch(made, "{\"limit\":{\"per_minute\":30,\"burst\":60}}");
        awaitMe(ANNOUNCED, made.key(), answer -> limit(answer).equals("{\"per_minute\":30,\"burst\":60}"));

        patch(made, "{\"limit\":null}");
        awaitMe(ANNOUNCED, made.key(), answer -> limit(answer).equals("{\"per_minute\":10000,\"burst\":10000}"));
    }

    @Test
    void aDeletedOrgIsGoneWithAllItsKeys() throws Exception {
        Made made = made("pro");
        Made spare = key(made, "spare", "[\"events:write\"]");
        me(other, made.key());
        me(other, spare.key());

        assertThat(call("DELETE", one + "/v1/orgs/" + made.org(), ADMIN, "").statusCode())
                .isEqualTo(204);

        awaitMe(ANNOUNCED, made.key(), answer -> answer.statusCode() == 401);
        awaitMe(ANNOUNCED, spare.key(), answer -> answer.statusCode() == 401);
        assertProblem(call("GET", one + "/v1/orgs/" + made.org(), ADMIN, ""), 404, "not_found");
        assertProblem(call("PATCH", one + "/v1/orgs/" + made.org(), ADMIN, "{\"tier\":\"pro\"}"), 404, "not_found");
        assertProblem(call("DELETE", one + "/v1/orgs/" + made.org(), ADMIN, ""), 404, "not_found");
    }

    @Test
    void withoutRedisAChangeIsEffectiveWithinTheExpiry(RealBackends backends) throws Exception {
        Made revoked = made("pro");
        Made suspended = made("pro");
        Made changed = made("free");
        backends.redis().stop();
        try {
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> ready(one).contains("redis") && ready(other).contains("redis"));
            for (Made warm : List.of(revoked, suspended, changed)) {
                assertThat(me(other, warm.key()).statusCode()).isEqualTo(200);
            }

            call("DELETE", one + "/v1/keys/" + revoked.id(), revoked.key(), "");
            patch(suspended, "{\"suspended\":true}");
            patch(changed, "{\"tier\":\"pro\"}");

            Duration bound = EXPIRY.plus(LOOK_UP);
            awaitMe(bound, revoked.key(), answer -> answer.statusCode() == 401);
            awaitMe(LOOK_UP, changed.key(), answer -> limit(answer).contains("1000"));
            await().atMost(LOOK_UP)
                    .until(() ->
                            call("GET", other + "/v1/keys", suspended.key(), "").statusCode() == 403);
        } finally {
            backends.redis().start();
        }
        awaitReady();
        assertThat(me(other, revoked.key()).statusCode()).isEqualTo(401);
    }

    // -- what they answer

    @Test
    void everyKeySaysWhoItIs() throws Exception {
        Made made = made("free");
        Made writer = key(made, "writer", "[\"events:write\"]");

        JsonNode me = json(me(one, writer.key()));

        assertThat(me.propertyNames()).containsExactly("org", "key_id", "scopes", "tier", "limit", "remaining");
        assertThat(me.get("org").asString()).isEqualTo(made.org());
        assertThat(me.get("key_id").asString()).isEqualTo(writer.id());
        assertThat(me.get("scopes")).hasToString("[\"events:write\"]");
        assertThat(me.get("tier").asString()).isEqualTo("free");
        assertThat(me.get("remaining").asInt()).isEqualTo(100);
        patch(made, "{\"limit\":{\"per_minute\":1,\"burst\":1}}");
        await().atMost(ANNOUNCED).until(() -> limit(me(one, writer.key())).equals("{\"per_minute\":1,\"burst\":1}"));
        call("POST", one + "/v1/events", writer.key(), "{\"type\":\"a\",\"data\":{}}");
        assertThat(json(me(one, writer.key())).get("remaining").asInt()).isZero();

        JsonNode unlimited = json(me(one, made("unlimited").key()));
        assertThat(unlimited.get("limit").isNull()).isTrue();
        assertThat(unlimited.get("remaining").isNull()).isTrue();
    }

    @Test
    void aKeyIsShownOnceAndListedWithoutItsText() throws Exception {
        Made made = made("pro");
        HttpResponse<String> issued = call(
                "POST",
                one + "/v1/keys",
                made.key(),
                "{\"name\":\"till 2040\",\"scopes\":[\"inbox:read\"],\"expires_at\":\"2040-01-01T00:00:00+01:00\"}");

        JsonNode listed = json(call("GET", one + "/v1/keys", made.key(), ""));

        assertThat(issued.statusCode()).isEqualTo(201);
        assertThat(issued.headers().firstValue("Cache-Control")).contains("no-store");
        String text = json(issued).get("key").asString();
        assertThat(me(one, text).statusCode()).isEqualTo(200);
        assertThat(listed.get("keys")).hasSize(2);
        JsonNode second = listed.at("/keys/1");
        assertThat(second.get("id")).isEqualTo(json(issued).get("id"));
        assertThat(second.get("name").asString()).isEqualTo("till 2040");
        assertThat(second.get("expires_at").asString()).isEqualTo("2039-12-31T23:00:00Z");
        assertThat(listed.toString()).doesNotContain(text, text.substring(18));
    }

    @Test
    void noKeyGetsAtAScopeItDoesNotHave() throws Exception {
        Made made = made("pro");
        Made admin = key(made, "admin", "[\"org:admin\"]");

        assertProblem(
                call("POST", one + "/v1/keys", admin.key(), "{\"name\":\"a\",\"scopes\":[\"events:write\"]}"),
                403,
                "missing_scope");
        assertProblem(call("POST", one + "/v1/keys/" + made.id() + "/rotate", admin.key(), ""), 403, "missing_scope");
        assertThat(me(one, made.key()).statusCode()).isEqualTo(200);

        Made writer = key(made, "writer", "[\"events:write\"]");
        for (String method : List.of("GET", "POST")) {
            assertProblem(
                    call(method, one + "/v1/keys", writer.key(), "{\"name\":\"a\",\"scopes\":[\"events:write\"]}"),
                    403,
                    "missing_scope");
        }
        assertProblem(call("DELETE", one + "/v1/keys/" + made.id(), writer.key(), ""), 403, "missing_scope");
    }

    @Test
    void anotherOrgsKeyIsNotThere() throws Exception {
        Made mine = made("pro");
        Made theirs = made("pro");

        assertProblem(call("DELETE", one + "/v1/keys/" + theirs.id(), mine.key(), ""), 404, "not_found");
        assertProblem(call("POST", one + "/v1/keys/" + theirs.id() + "/rotate", mine.key(), ""), 404, "not_found");
        assertThat(me(one, theirs.key()).statusCode()).isEqualTo(200);
    }

    @Test
    void theOperatorCanAlwaysMakeAKeyForAnOrgThatHasNone() throws Exception {
        Made made = made("pro");
        assertThat(call("DELETE", one + "/v1/keys/" + made.id(), made.key(), "").statusCode())
                .isEqualTo(204);

        HttpResponse<String> issued = call(
                "POST",
                one + "/v1/orgs/" + made.org() + "/keys",
                ADMIN,
                "{\"name\":\"again\",\"scopes\":[\"org:admin\"]}");

        assertThat(issued.statusCode()).isEqualTo(201);
        assertThat(call("GET", one + "/v1/keys", json(issued).get("key").asString(), "")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void keysOfAnOrgAreBounded() throws Exception {
        Made made = made("pro");
        for (int i = 1; i < KeyRing.MOST; i++) {
            key(made, "key " + i, "[\"inbox:read\"]");
        }

        HttpResponse<String> oneTooMany =
                call("POST", one + "/v1/keys", made.key(), "{\"name\":\"a\",\"scopes\":[\"inbox:read\"]}");

        assertProblem(oneTooMany, 400, "invalid_parameter");
        assertThat(json(oneTooMany).get("detail").asString()).isEqualTo("keys: 100 (expected: fewer than 100)");
        assertThat(json(call("GET", one + "/v1/keys", made.key(), "")).get("keys"))
                .hasSize(KeyRing.MOST);
    }

    @Test
    void orgsAreListedPageByPage() throws Exception {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(made("free").org());
        }

        List<String> listed = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = json(call("GET", one + "/v1/orgs?limit=2" + cursor, ADMIN, ""));
            assertThat(page.get("orgs").size()).isBetween(1, 2);
            page.get("orgs").forEach(org -> listed.add(org.get("id").asString()));
            cursor = page.get("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.get("next_cursor").asString();
        } while (!cursor.isEmpty());

        assertThat(listed).doesNotHaveDuplicates().containsSubsequence(made);
        assertProblem(call("GET", one + "/v1/orgs?cursor=nonsense", ADMIN, ""), 400, "invalid_cursor");
        for (String bad : List.of("limit=0", "limit=1001", "limit=x", "page=1", "limit=1&limit=2")) {
            assertProblem(call("GET", one + "/v1/orgs?" + bad, ADMIN, ""), 400, "invalid_parameter");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                     | invalid_parameter",
                "[]                                     | invalid_parameter",
                "{\"tier\":\"gold\"}                    | invalid_parameter",
                "{\"tier\":null}                        | invalid_parameter",
                "{\"suspended\":\"yes\"}                | invalid_parameter",
                "{\"limit\":5}                          | invalid_parameter",
                "{\"limit\":{}}                         | invalid_parameter",
                "{\"limit\":{\"per_minute\":0}}         | invalid_parameter",
                "{\"limit\":{\"per_minute\":1.5}}       | invalid_parameter",
                "{\"limit\":{\"per_minute\":9999999999}} | invalid_parameter",
                "{\"limit\":{\"per_minute\":1,\"b\":1}} | invalid_parameter",
                "{\"name\":\"other\"}                   | invalid_parameter",
                "{\"tier\":\"pro\",\"tier\":\"free\"}   | malformed_json",
                "{\"tier\":\"pro\"} x                   | malformed_json"
            })
    void whatIsNoChangeOfAnOrgIsRefused(String body, String code) throws Exception {
        Made made = made("pro");

        assertProblem(call("PATCH", one + "/v1/orgs/" + made.org(), ADMIN, body), 400, code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"a\"}                                                   | invalid_parameter",
                "{\"scopes\":[\"inbox:read\"]}                                      | invalid_parameter",
                "{\"name\":\"\",\"scopes\":[\"inbox:read\"]}                        | invalid_parameter",
                "{\"name\":\"a\",\"scopes\":[]}                                     | invalid_parameter",
                "{\"name\":\"a\",\"scopes\":[\"all\"]}                              | invalid_parameter",
                "{\"name\":\"a\",\"scopes\":\"inbox:read\"}                         | invalid_parameter",
                "{\"name\":\"a\",\"scopes\":[\"inbox:read\"],\"expires_at\":\"2020-01-01T00:00:00Z\"} | invalid_parameter",
                "{\"name\":\"a\",\"scopes\":[\"inbox:read\"],\"expires_at\":\"tomorrow\"} | invalid_parameter",
                "{\"name\":\"a\",\"scopes\":[\"inbox:read\"],\"expires_at\":\"+123456-01-01T00:00:00Z\"} | invalid_parameter",
                "nonsense                                                           | malformed_json"
            })
    void whatIsNoKeyToMakeIsRefused(String body, String code) throws Exception {
        assertProblem(call("POST", one + "/v1/keys", made("pro").key(), body), 400, code);
    }

    @Test
    void aGraceIsBounded() throws Exception {
        Made made = made("pro");
        for (String grace : List.of("-1", "604801", "1.5", "\"1\"")) {
            assertProblem(
                    call(
                            "POST",
                            one + "/v1/keys/" + made.id() + "/rotate",
                            made.key(),
                            "{\"grace_seconds\":" + grace + "}"),
                    400,
                    "invalid_parameter");
        }
        assertThat(me(one, made.key()).statusCode()).isEqualTo(200);
    }

    @Test
    void aMalformedKeyIsLookedUpNowhere() throws Exception {
        double before = lookUps();

        for (int i = 0; i < 50; i++) {
            assertThat(me(one, "trg_live_0000000" + i + "_00000000000000000000000000000000000000")
                            .statusCode())
                    .isEqualTo(401);
        }

        assertThat(lookUps()).isEqualTo(before);
    }

    private double lookUps() throws Exception {
        return call("GET", one + "/metrics", "", "")
                .body()
                .lines()
                .filter(line -> line.startsWith("triggers_key_lookups_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** An org with its first key, or another key of it. */
    private record Made(String org, String id, String key) {}

    private Made made(String tier) throws Exception {
        HttpResponse<String> created =
                call("POST", one + "/v1/orgs", ADMIN, "{\"name\":\"acme\",\"tier\":\"" + tier + "\"}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        JsonNode body = json(created);
        return new Made(
                body.at("/org/id").asString(),
                body.at("/key/id").asString(),
                body.at("/key/key").asString());
    }

    private Made key(Made made, String name, String scopes) throws Exception {
        HttpResponse<String> issued =
                call("POST", one + "/v1/keys", made.key(), "{\"name\":\"" + name + "\",\"scopes\":" + scopes + "}");
        assertThat(issued.statusCode()).as(issued.body()).isEqualTo(201);
        return new Made(
                made.org(),
                json(issued).get("id").asString(),
                json(issued).get("key").asString());
    }

    private void patch(Made made, String body) throws Exception {
        HttpResponse<String> answer = call("PATCH", one + "/v1/orgs/" + made.org(), ADMIN, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private HttpResponse<String> me(String instance, String key) throws Exception {
        return call("GET", instance + "/v1/me", key, "");
    }

    private void awaitMe(Duration atMost, String key, Predicate<HttpResponse<String>> holds) {
        await().atMost(atMost).pollInterval(Duration.ofMillis(20)).until(() -> holds.test(me(other, key)));
    }

    private static String limit(HttpResponse<String> me) {
        return json(me).path("limit").toString();
    }

    private void awaitReady() {
        for (String instance : List.of(one, other)) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> ready(instance).equals("{\"status\":\"ready\",\"waiting_for\":[],\"degraded\":[]}"));
        }
    }

    private String ready(String instance) throws Exception {
        return call("GET", instance + "/readyz", "", "").body();
    }

    private HttpResponse<String> call(String method, String url, String bearer, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (!bearer.isEmpty()) {
            request.header("Authorization", "Bearer " + bearer);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private String instance(RealBackends backends, PostgresAddress postgres) {
        ConfigurableApplicationContext service = IngestApplication.application()
                .run(
                        "--server.port=0",
                        "--triggers.dev=true",
                        "--triggers.ingest.kafka.bootstrap=" + backends.kafkaBootstrap(),
                        "--triggers.ingest.kafka.replication-factor=1",
                        "--triggers.access.admin-tokens=" + ADMIN,
                        "--triggers.access.postgres.url=" + postgres.jdbcUrl(),
                        "--triggers.access.postgres.user=" + postgres.user(),
                        "--triggers.access.postgres.password=" + postgres.password(),
                        "--triggers.access.redis.url=" + backends.redisUrl(),
                        "--triggers.access.redis.command-timeout=500ms",
                        "--triggers.access.redis.pause=200ms",
                        "--triggers.access.cache.refresh-after=4s",
                        "--triggers.access.cache.expire-after=" + EXPIRY.toSeconds() + "s");
        services.add(service);
        return "http://127.0.0.1:" + service.getEnvironment().getRequiredProperty("local.server.port");
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).get("code").asString()).isEqualTo(code);
    }
}
