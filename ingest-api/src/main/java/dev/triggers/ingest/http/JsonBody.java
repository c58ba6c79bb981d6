package dev.triggers.ingest.http;

import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON object a small request brings. A member that is not known is refused, as is one given twice. */
record JsonBody(JsonNode object, String prefix) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Throws {@link ProblemException}: {@code malformed_json}, or {@code invalid_parameter} as all reading does. */
    static JsonBody parse(byte[] body, String... members) {
        try {
            JsonNode root = JSON.readTree(body);
            return new JsonBody(root, "").only("body", members);
        } catch (JacksonException e) {
            throw new ProblemException(
                    ProblemCode.MALFORMED_JSON,
                    "body: " + Limits.cut(e.getOriginalMessage()) + " (expected: one JSON document)");
        }
    }

    boolean has(String name) {
        return object.has(name);
    }

    boolean isNull(String name) {
        return object.path(name).isNull();
    }

    String string(String name) {
        return read(name, node -> node.isString() ? Optional.of(node.asString()) : Optional.empty(), "a string");
    }

    long integer(String name) {
        return read(
                name,
                node -> node.isIntegralNumber() && node.canConvertToLong()
                        ? Optional.of(node.asLong())
                        : Optional.empty(),
                "an integer");
    }

    boolean bool(String name) {
        return read(name, node -> node.isBoolean() ? Optional.of(node.asBoolean()) : Optional.empty(), "true or false");
    }

    List<String> strings(String name) {
        return read(
                name,
                node -> node.isArray() && node.values().stream().allMatch(JsonNode::isString)
                        ? Optional.of(
                                node.values().stream().map(JsonNode::asString).toList())
                        : Optional.empty(),
                "an array of strings");
    }

    JsonBody object(String name, String... members) {
        JsonNode node = object.path(name);
        return new JsonBody(node, prefix + name + ".").only(prefix + name, members);
    }

    /** What reading says of an illegal argument is said to the caller. */
    static <T> T checked(Function<String, T> reading, String text) {
        try {
            return reading.apply(text);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_PARAMETER, detail);
    }

    private <T> T read(String name, Function<JsonNode, Optional<T>> reading, String expected) {
        if (!object.has(name)) {
            throw invalid(prefix + name + ": missing (expected: " + expected + ")");
        }
        return reading.apply(object.get(name))
                .orElseThrow(() -> invalid(prefix + name + ": "
                        + Limits.cut(object.get(name).toString()) + " (expected: " + expected + ")"));
    }

    private JsonBody only(String name, String... members) {
        List<String> known = List.of(members);
        if (!object.isObject()) {
            throw invalid(name + ": not an object (expected: {" + String.join(", ", known) + "})");
        }
        for (String member : object.propertyNames()) {
            if (!known.contains(member)) {
                throw invalid(prefix + Limits.cut(member) + ": unknown member (expected: only "
                        + String.join(", ", known) + ")");
            }
        }
        return this;
    }
}
