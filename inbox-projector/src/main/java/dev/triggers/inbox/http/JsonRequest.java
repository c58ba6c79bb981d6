package dev.triggers.inbox.http;

import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * A small body of {@code name: value} members, where a value is a number, a text or a list of texts. What is not known,
 * not of its kind or out of its bounds is an {@code invalid_parameter} that names it. No body is as good as {@code {}}.
 */
final class JsonRequest {

    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_TEXTS = 1_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Map<String, Object> members;

    private JsonRequest(Map<String, Object> members) {
        this.members = members;
    }

    static JsonRequest read(InputStream body, Set<String> known) throws IOException {
        byte[] bytes = body.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw Parameters.invalid("body: more than " + MOST_BYTES + " bytes (expected: at most that)");
        }
        if (bytes.length == 0) {
            return new JsonRequest(Map.of());
        }
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            JsonRequest request = new JsonRequest(document(json, known));
            if (json.nextToken() != null) {
                throw Parameters.invalid("body: more than one document (expected: one)");
            }
            return request;
        } catch (JacksonException e) {
            throw new ProblemException(
                    ProblemCode.MALFORMED_JSON,
                    "body: line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + " (expected: JSON)");
        }
    }

    private static Map<String, Object> document(JsonParser json, Set<String> known) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw Parameters.invalid("body: not an object (expected: an object)");
        }
        Map<String, Object> members = new HashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            if (!known.contains(name)) {
                throw Parameters.invalid(Limits.cut(name) + ": not a member here (expected: "
                        + String.join(", ", known.stream().sorted().toList()) + ")");
            }
            JsonToken value = json.nextToken();
            if (value != JsonToken.VALUE_NULL) {
                members.put(name, value(name, value, json));
            }
        }
        return members;
    }

    private static Object value(String name, JsonToken value, JsonParser json) {
        return switch (value) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDecimalValue();
            case VALUE_STRING -> json.getString();
            case START_ARRAY -> texts(name, json);
            default -> throw Parameters.invalid(name + ": of another kind (expected: a number, a text or a list)");
        };
    }

    private static List<String> texts(String name, JsonParser json) {
        List<String> texts = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_STRING) {
                throw Parameters.invalid(name + "[" + texts.size() + "]: not a text (expected: a text)");
            }
            if (texts.size() == MOST_TEXTS) {
                throw Parameters.invalid(name + ": more than " + MOST_TEXTS + " (expected: at most that)");
            }
            texts.add(json.getString());
        }
        return texts;
    }

    /** A whole number within its bounds. */
    int number(String name, int least, int most, int otherwise) {
        return optionalNumber(name, least, most).map(Math::toIntExact).orElse(otherwise);
    }

    private static ProblemException outside(String name, Object value, long least, long most) {
        return Parameters.invalid(name + ": " + Limits.cut(value.toString()) + " (expected: a whole number, " + least
                + " to " + most + ")");
    }

    Duration seconds(String name, int least, int most, int otherwise) {
        return Duration.ofSeconds(number(name, least, most, otherwise));
    }

    /** A whole number within its bounds, where there is one. */
    Optional<Long> optionalNumber(String name, long least, long most) {
        Object value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof BigDecimal number) {
            try {
                long whole = number.longValueExact();
                if (whole >= least && whole <= most) {
                    return Optional.of(whole);
                }
            } catch (ArithmeticException e) {
                throw outside(name, value, least, most);
            }
        }
        throw outside(name, value, least, most);
    }

    /** A text, where there is one. */
    Optional<String> optionalText(String name) {
        return members.containsKey(name) ? Optional.of(text(name)) : Optional.empty();
    }

    /** A text. Throws {@link ProblemException} where there is none. */
    String text(String name) {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw Parameters.invalid(
                name + ": " + (members.containsKey(name) ? "not a text" : "missing") + " (expected: a text)");
    }

    /** A list of 1 to {@code most} texts, each parsed. */
    <T> Optional<List<T>> list(String name, int most, Function<String, T> parse) {
        Object value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof List<?> texts) || texts.isEmpty() || texts.size() > most) {
            throw Parameters.invalid(name + ": " + (value instanceof List<?> list ? list.size() : "no list")
                    + " (expected: a list of 1 to " + most + ")");
        }
        List<T> parsed = new ArrayList<>();
        for (Object text : texts) {
            try {
                parsed.add(parse.apply((String) text));
            } catch (IllegalArgumentException e) {
                throw Parameters.invalid(name + "[" + parsed.size() + "]: " + e.getMessage());
            }
        }
        return Optional.of(parsed);
    }
}
