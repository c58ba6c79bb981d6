package dev.triggers.openapi;

import dev.triggers.openapi.Incompatibilities.Direction;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What changed from one JSON Schema to another that a client could not live with: what it may send only widens, what it
 * is sent only narrows. A keyword this does not understand must not change at all.
 */
record SchemaChange(JsonNode before, JsonNode after, Direction direction, List<String> found, Set<String> seen) {

    private static final Set<String> LEAST =
            Set.of("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties");
    private static final Set<String> MOST =
            Set.of("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties");
    private static final Set<String> UNDERSTOOD = Set.of(
            "$ref", "type", "enum", "properties", "required", "items", "additionalProperties", "format", "pattern");
    private static final Set<String> PROSE =
            Set.of("title", "description", "example", "examples", "default", "deprecated", "$comment", "externalDocs");

    void compare(String place, JsonNode oldSchema, JsonNode newSchema) {
        String refs = oldSchema.path("$ref").asString("") + " "
                + newSchema.path("$ref").asString("");
        if (!refs.isBlank() && !seen.add(refs)) {
            return; // a schema that holds itself
        }
        JsonNode then = resolved(oldSchema, before);
        JsonNode now = resolved(newSchema, after);
        types(place, then, now);
        enums(place, then, now);
        properties(place, then, now);
        required(place, then, now);
        additional(place, then, now);
        patterns(place, then, now);
        LEAST.forEach(keyword -> bound(place, keyword, 1, then, now));
        MOST.forEach(keyword -> bound(place, keyword, -1, then, now));
        others(place, then, now);
        if (then.has("items") && now.has("items")) {
            compare(place + "[]", then.path("items"), now.path("items"));
        }
    }

    private static JsonNode resolved(JsonNode schema, JsonNode document) {
        String ref = schema.path("$ref").asString("");
        return ref.startsWith("#") ? document.at(ref.substring(1)) : schema;
    }

    private void types(String place, JsonNode then, JsonNode now) {
        Set<String> old = words(then.path("type"));
        Set<String> young = words(now.path("type"));
        boolean fits = direction == Direction.IN ? within(old, young) : within(young, old);
        if (!fits) {
            found.add(place + ": type changed from " + old + " to " + young);
        }
    }

    /** No type at all is any type. */
    private static boolean within(Set<String> narrow, Set<String> wide) {
        return wide.isEmpty()
                || (!narrow.isEmpty()
                        && narrow.stream()
                                .allMatch(type ->
                                        wide.contains(type) || (type.equals("integer") && wide.contains("number"))));
    }

    private void enums(String place, JsonNode then, JsonNode now) {
        Set<String> old = words(then.path("enum"));
        Set<String> young = words(now.path("enum"));
        Set<String> narrow = direction == Direction.IN ? old : young;
        Set<String> wide = direction == Direction.IN ? young : old;
        if (!wide.isEmpty() && (narrow.isEmpty() || !wide.containsAll(narrow))) {
            found.add(place + ": values changed from " + old + " to " + young);
        }
    }

    private void properties(String place, JsonNode then, JsonNode now) {
        then.path("properties").forEachEntry((name, schema) -> {
            JsonNode same = now.path("properties").path(name);
            if (same.isMissingNode()) {
                found.add(place + "." + name + ": is gone");
            } else {
                compare(place + "." + name, schema, same);
            }
        });
    }

    private void required(String place, JsonNode then, JsonNode now) {
        Set<String> old = words(then.path("required"));
        Set<String> young = words(now.path("required"));
        if (direction == Direction.IN) {
            young.stream()
                    .filter(name -> !old.contains(name))
                    .forEach(name -> found.add(place + "." + name + ": is required now"));
        } else {
            old.stream()
                    .filter(name ->
                            !young.contains(name) && now.path("properties").has(name))
                    .forEach(name -> found.add(place + "." + name + ": may be absent now"));
        }
    }

    private void additional(String place, JsonNode then, JsonNode now) {
        JsonNode old = then.path("additionalProperties");
        JsonNode young = now.path("additionalProperties");
        if (direction == Direction.IN && !isFalse(old) && isFalse(young)) {
            found.add(place + ": takes no other members now");
        } else if (old.isObject() && young.isObject()) {
            compare(place + ".*", old, young);
        }
    }

    private static boolean isFalse(JsonNode node) {
        return node.isBoolean() && !node.asBoolean();
    }

    private void patterns(String place, JsonNode then, JsonNode now) {
        for (String keyword : List.of("format", "pattern")) {
            JsonNode wide = (direction == Direction.IN ? now : then).path(keyword);
            JsonNode narrow = (direction == Direction.IN ? then : now).path(keyword);
            if (!wide.isMissingNode() && !wide.equals(narrow)) {
                found.add(place + ": " + keyword + " changed from " + said(then.path(keyword)) + " to "
                        + said(now.path(keyword)));
            }
        }
    }

    /** @param sign 1 where more is narrower, -1 where less is */
    private void bound(String place, String keyword, int sign, JsonNode then, JsonNode now) {
        JsonNode wide = (direction == Direction.IN ? now : then).path(keyword);
        JsonNode narrow = (direction == Direction.IN ? then : now).path(keyword);
        if (!wide.isMissingNode() && (narrow.isMissingNode() || wider(sign, narrow, wide))) {
            found.add(place + ": " + keyword + " changed from " + said(then.path(keyword)) + " to "
                    + said(now.path(keyword)));
        }
    }

    private static boolean wider(int sign, JsonNode one, JsonNode other) {
        int order = one.decimalValue().compareTo(other.decimalValue());
        return sign > 0 ? order < 0 : order > 0;
    }

    private void others(String place, JsonNode then, JsonNode now) {
        Set<String> keywords = new TreeSet<>(then.propertyNames());
        keywords.addAll(now.propertyNames());
        keywords.removeAll(UNDERSTOOD);
        keywords.removeAll(PROSE);
        keywords.removeAll(LEAST);
        keywords.removeAll(MOST);
        for (String keyword : keywords) {
            if (!then.path(keyword).equals(now.path(keyword))) {
                found.add(place + ": " + keyword + " changed from " + said(then.path(keyword)) + " to "
                        + said(now.path(keyword)));
            }
        }
    }

    private static Set<String> words(JsonNode node) {
        return node.isArray()
                ? node.valueStream().map(JsonNode::asString).collect(Collectors.toCollection(TreeSet::new))
                : node.isMissingNode() ? Set.of() : Set.of(node.asString());
    }

    private static String said(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.toString();
    }
}
