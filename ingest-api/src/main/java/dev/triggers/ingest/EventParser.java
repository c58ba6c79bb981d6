package dev.triggers.ingest;

import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.Payload;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one event from {@code {type, data, source?, subject?, time?, dedup_id?}}, where {@code payload} is another name
 * of {@code data} and null is as good as absent for what is optional. A member of another name is refused.
 * {@code data} is checked in passing and cut out of the body: no tree is built and nothing is written anew.
 */
public final class EventParser {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Limits.NESTING + 2) // the envelope, and one more to be told from a broken body
                    .maxNumberLength(Limits.DATA_BYTES)
                    .maxNameLength(Limits.DATA_BYTES)
                    .build())
            .build();

    private static final Pattern RFC_3339 =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)");

    private final byte[] body;
    private final JsonParser json;
    private @Nullable EventType type;
    private @Nullable Payload data;
    private @Nullable String dataName;
    private @Nullable String source;
    private @Nullable String subject;
    private @Nullable OffsetDateTime time;
    private @Nullable DedupId dedupId;

    private EventParser(byte[] body, JsonParser json) {
        this.body = body;
        this.json = json;
    }

    /** Throws {@link ProblemException}: {@code malformed_json} with the place, {@code invalid_event} or {@code event_too_large}. */
    public static EventBody parse(byte[] body) {
        Optional<JsonFlaw> flaw = JsonText.flaw(body);
        if (flaw.isPresent()) {
            throw flaw.get().problem();
        }
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            return new EventParser(body, json).event();
        } catch (JacksonException e) {
            throw JsonFlaw.of(e).problem();
        }
    }

    private EventBody event() {
        JsonToken first = json.nextToken();
        if (first == null) {
            throw JsonFlaw.at(body, body.length, "nothing").problem();
        }
        if (first != JsonToken.START_OBJECT) {
            throw invalid("body: " + kind(first) + " (expected: an object)");
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            member(json.currentName());
        }
        int end = offset(json.currentLocation().getByteOffset());
        if (json.nextToken() != null) {
            throw JsonFlaw.at(body, nextVisible(end), "something after the event")
                    .problem();
        }
        return new EventBody(
                required("type", type, "a string"),
                required("data", data, "a JSON object"),
                Optional.ofNullable(source),
                Optional.ofNullable(subject),
                Optional.ofNullable(time),
                Optional.ofNullable(dedupId));
    }

    private void member(String name) {
        JsonToken value = json.nextToken();
        switch (name) {
            case "type" -> type = parsed("type", text(name, value), EventType::new);
            case "data", "payload" -> data = data(name, value);
            case "source" -> source = optionalText(name, value);
            case "subject" -> subject = optionalText(name, value);
            case "time" -> time = parsed("time", optionalText(name, value), EventParser::time);
            case "dedup_id" -> dedupId = parsed("dedup_id", optionalText(name, value), DedupId::new);
            default ->
                throw invalid(Limits.cut(name)
                        + ": unknown member (expected: only type, data, source, subject, time, dedup_id)");
        }
    }

    private Payload data(String name, JsonToken value) {
        if (dataName != null) {
            throw invalid(name + ": beside " + dataName + " (expected: one of them)");
        }
        if (value != JsonToken.START_OBJECT) {
            throw invalid(name + ": " + kind(value) + " (expected: a JSON object)");
        }
        dataName = name;
        int start = offset(json.currentTokenLocation().getByteOffset());
        skipObject(name);
        int end = offset(json.currentLocation().getByteOffset());
        if (end - start > Limits.DATA_BYTES) {
            throw new ProblemException(
                    ProblemCode.EVENT_TOO_LARGE,
                    name + ": " + (end - start) + " bytes (expected: at most " + Limits.DATA_BYTES + ")");
        }
        return Payload.of(Arrays.copyOfRange(body, start, end));
    }

    private void skipObject(String name) {
        int depth = 1;
        while (depth > 0) {
            JsonToken token = json.nextToken();
            if (token.isStructStart() && ++depth > Limits.NESTING) {
                throw invalid(name + ": " + depth + " levels or more (expected: at most " + Limits.NESTING + ")");
            }
            if (token.isStructEnd()) {
                depth--;
            }
        }
    }

    private @Nullable String optionalText(String name, JsonToken value) {
        return value == JsonToken.VALUE_NULL ? null : text(name, value);
    }

    private String text(String name, JsonToken value) {
        if (value != JsonToken.VALUE_STRING) {
            throw invalid(name + ": " + kind(value) + " (expected: a string)");
        }
        return json.getString();
    }

    private static OffsetDateTime time(String text) {
        try {
            if (RFC_3339.matcher(text).matches()) {
                return OffsetDateTime.parse(text);
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(expectedTime(text), e);
        }
        throw new IllegalArgumentException(expectedTime(text));
    }

    private static String expectedTime(String text) {
        return "time: " + Limits.cut(text) + " (expected: RFC 3339, as in 2026-01-31T12:00:00Z)";
    }

    private static <T> @Nullable T parsed(String name, @Nullable String text, Function<String, T> parse) {
        try {
            return text == null ? null : parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw invalid(e.getMessage() == null ? name + ": invalid" : e.getMessage());
        }
    }

    private static <T> T required(String name, @Nullable T value, String rule) {
        if (value == null) {
            throw invalid(name + ": missing (expected: " + rule + ")");
        }
        return value;
    }

    private static String kind(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            default -> "a number";
        };
    }

    private int nextVisible(int from) {
        int at = from;
        while (at < body.length - 1 && body[at] <= ' ' && body[at] >= 0) {
            at++;
        }
        return at;
    }

    private static int offset(long byteOffset) {
        if (byteOffset < 0) {
            throw new IllegalStateException("the parser lost its place: it was not reading UTF-8 bytes");
        }
        return (int) byteOffset;
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_EVENT, detail);
    }
}
