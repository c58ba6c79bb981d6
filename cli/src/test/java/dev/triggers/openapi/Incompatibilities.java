package dev.triggers.openapi;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What of one OpenAPI 3.1 document a client written against an earlier one could not live with. Found are: a path, an
 * operation, a success, a kind of body, a header of an answer or a parameter that is gone; a parameter or body newly
 * asked for; another way to say who one is; and whatever {@link SchemaChange} finds. Not found: what only the prose says.
 */
final class Incompatibilities {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "options", "head", "patch");

    private final JsonNode before;
    private final JsonNode after;
    private final List<String> found = new ArrayList<>();

    private Incompatibilities(JsonNode before, JsonNode after) {
        this.before = before;
        this.after = after;
    }

    /** One line each, empty if there are none. */
    static List<String> between(JsonNode before, JsonNode after) {
        Incompatibilities changes = new Incompatibilities(before, after);
        changes.paths();
        return List.copyOf(changes.found);
    }

    private void paths() {
        before.path("paths")
                .forEachEntry((path, operations) -> operations.forEachEntry((method, operation) -> {
                    if (METHODS.contains(method)) {
                        String name = method.toUpperCase(Locale.ROOT) + " " + path;
                        JsonNode now = after.path("paths").path(path).path(method);
                        if (now.isMissingNode()) {
                            found.add(name + ": is gone");
                        } else {
                            operation(name, operation, now);
                        }
                    }
                }));
    }

    private void operation(String name, JsonNode then, JsonNode now) {
        security(name, then.path("security"), now.path("security"));
        parameters(name, then.path("parameters"), now.path("parameters"));
        body(name, then.path("requestBody"), now.path("requestBody"));
        then.path("responses").forEachEntry((status, response) -> {
            String place = name + " " + status;
            JsonNode answer = now.path("responses").path(status);
            if (!answer.isMissingNode()) {
                headers(place, response.path("headers"), answer.path("headers"));
                contents(place, Direction.OUT, response.path("content"), answer.path("content"));
            } else if (status.startsWith("2")) {
                found.add(place + ": is gone");
            }
        });
    }

    /** Each way to be let in before is one now; an operation that was open stays so. */
    private void security(String name, JsonNode then, JsonNode now) {
        boolean open = then.isEmpty() && !now.isEmpty();
        boolean closed = then.valueStream().anyMatch(way -> now.valueStream().noneMatch(way::equals));
        if (open || (closed && !now.isEmpty())) {
            found.add(name + ": who may call it changed from " + then + " to " + now);
        }
    }

    private void parameters(String name, JsonNode then, JsonNode now) {
        for (JsonNode parameter : then) {
            JsonNode same = same(parameter, now);
            String place = name + " " + label(parameter);
            if (same.isMissingNode()) {
                found.add(place + ": is gone");
            } else {
                if (!parameter.path("required").asBoolean()
                        && same.path("required").asBoolean()) {
                    found.add(place + ": is required now");
                }
                schema(place, Direction.IN, parameter.path("schema"), same.path("schema"));
            }
        }
        for (JsonNode parameter : now) {
            if (parameter.path("required").asBoolean() && same(parameter, then).isMissingNode()) {
                found.add(name + " " + label(parameter) + ": is new and required");
            }
        }
    }

    private static JsonNode same(JsonNode parameter, JsonNode among) {
        return among.valueStream()
                .filter(other -> label(other).equals(label(parameter)))
                .findFirst()
                .orElseGet(() -> parameter.path("\0 none"));
    }

    private static String label(JsonNode parameter) {
        return parameter.path("in").asString() + " " + parameter.path("name").asString();
    }

    private void body(String name, JsonNode then, JsonNode now) {
        if (!then.path("required").asBoolean() && now.path("required").asBoolean()) {
            found.add(name + " body: is required now");
        }
        if (!then.isMissingNode() && now.isMissingNode()) {
            found.add(name + " body: is gone");
        } else {
            contents(name + " body", Direction.IN, then.path("content"), now.path("content"));
        }
    }

    private void headers(String place, JsonNode then, JsonNode now) {
        then.forEachEntry((header, _) -> {
            if (now.path(header).isMissingNode()) {
                found.add(place + " header " + header + ": is gone");
            }
        });
    }

    private void contents(String place, Direction direction, JsonNode then, JsonNode now) {
        then.forEachEntry((type, content) -> {
            if (now.path(type).isMissingNode()) {
                found.add(place + " " + type + ": is gone");
            } else {
                schema(
                        place + " " + type,
                        direction,
                        content.path("schema"),
                        now.path(type).path("schema"));
            }
        });
    }

    private void schema(String place, Direction direction, JsonNode then, JsonNode now) {
        new SchemaChange(before, after, direction, found, new HashSet<>()).compare(place, then, now);
    }

    /** Which way a value goes: to the service, which may then take more, or from it, which may then say more. */
    enum Direction {
        IN,
        OUT
    }
}
