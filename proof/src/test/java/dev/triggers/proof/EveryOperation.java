package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;

/** Asks for each thing that ingest-api does, so that its answer is held to the document. */
final class EveryOperation {

    private static final String ANY_KEY = "{\"name\":\"proof\",\"scopes\":[\"events:write\"]}";

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

    /** Of an org without a limit. */
    void me(Client unlimited) {
        JsonNode me = json(withKey(unlimited.key(), "GET", "/v1/me", ""));
        assertThat(me.get("limit").isNull() && me.get("remaining").isNull())
                .as(me.toString())
                .isTrue();
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
