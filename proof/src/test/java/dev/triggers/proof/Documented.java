package dev.triggers.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Holds answers to what {@code openapi.json} says of them: status, headers, media type, body and error code. */
final class Documented {

    private static final JsonMapper JSON = new JsonMapper();
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final JsonNode document;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private Documented(JsonNode document) {
        this.document = document;
    }

    /** Members an answer has besides those that are documented are an error here, though a client must bear them. */
    static Documented by(byte[] openApi) {
        JsonNode document = JSON.readTree(openApi);
        document.at("/components/schemas").forEach(schema -> {
            if (schema.has("properties")) {
                ((ObjectNode) schema).put("additionalProperties", false);
            }
        });
        return new Documented(document);
    }

    /** Operation and status of every answer checked so far, such as {@code postEvent 202}. */
    Set<String> seen() {
        return seen;
    }

    /** All operations, such as {@code postEvent}. */
    List<String> operations() {
        return document.path("paths")
                .valueStream()
                .flatMap(JsonNode::valueStream)
                .map(operation -> operation.path("operationId").asString())
                .toList();
    }

    /** An operation that needs a key or a token: its method, and a path of it. */
    record Guarded(String method, String path) {}

    List<Guarded> guarded() {
        return document.path("paths")
                .propertyStream()
                .flatMap(path -> path.getValue()
                        .propertyStream()
                        .filter(operation ->
                                !operation.getValue().path("security").isEmpty())
                        .map(operation -> new Guarded(
                                operation.getKey().toUpperCase(Locale.ROOT),
                                path.getKey().replaceAll("\\{[^}]+}", "any"))))
                .toList();
    }

    /** Fails unless the answer is one that the document foresees for the request's operation, if it knows that. */
    void check(HttpRequest request, HttpResponse<byte[]> answer) {
        operation(request).ifPresent(operation -> check(operation, answer));
    }

    private void check(JsonNode operation, HttpResponse<byte[]> answer) {
        String name = operation.path("operationId").asString() + " " + answer.statusCode();
        JsonNode response = operation.path("responses").path(Integer.toString(answer.statusCode()));
        assertThat(response.isMissingNode()).as(name + ": is not documented").isFalse();
        response.path("headers").forEachEntry((header, said) -> header(name, header, resolved(said), answer));
        if (response.has("content")) {
            body(name, response.path("content"), answer);
        } else {
            assertThat(answer.body()).as(name + " body").isEmpty();
        }
        seen.add(name);
    }

    private JsonNode resolved(JsonNode said) {
        String ref = said.path("$ref").asString("");
        return ref.startsWith("#") ? document.at(ref.substring(1)) : said;
    }

    private static void header(String name, String header, JsonNode said, HttpResponse<byte[]> answer) {
        Optional<String> value = answer.headers().firstValue(header);
        if (said.path("required").asBoolean()) {
            assertThat(value).as(name + " header " + header).isPresent();
        }
        String pattern = said.at("/schema/pattern").asString("");
        value.ifPresent(text -> assertThat(text).as(name + " header " + header).containsPattern(pattern));
    }

    private void body(String name, JsonNode contents, HttpResponse<byte[]> answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("none").replaceFirst(";.*", "");
        JsonNode content = contents.path(type);
        assertThat(content.isMissingNode())
                .as(name + " " + type + ": is not documented")
                .isFalse();
        if (type.endsWith("json")) {
            JsonNode body = JSON.readTree(answer.body());
            assertThat(schema(name + type, content.path("schema"))
                            .validate(
                                    body,
                                    context -> context.executionConfig(config -> config.formatAssertionsEnabled(true))))
                    .as(name + " " + body)
                    .isEmpty();
            if (type.contains("problem")) {
                assertThat(content.path("examples").propertyNames())
                        .as(name)
                        .contains(body.path("code").asString());
            }
        }
    }

    private Optional<JsonNode> operation(HttpRequest request) {
        String path = request.uri().getPath();
        return document.path("paths")
                .propertyStream()
                .filter(entry -> matches(entry.getKey(), path))
                .map(entry -> entry.getValue().path(request.method().toLowerCase(Locale.ROOT)))
                .filter(operation -> !operation.isMissingNode())
                .findFirst();
    }

    private static boolean matches(String template, String path) {
        return Pattern.matches("\\Q" + template.replaceAll("\\{[^}]+}", "\\\\E[^/]+\\\\Q") + "\\E", path);
    }

    private Schema schema(String name, JsonNode schema) {
        return schemas.computeIfAbsent(name, _ -> {
            ObjectNode whole = JSON.createObjectNode();
            whole.setAll((ObjectNode) schema);
            whole.set("components", document.path("components"));
            return REGISTRY.getSchema(whole);
        });
    }
}
