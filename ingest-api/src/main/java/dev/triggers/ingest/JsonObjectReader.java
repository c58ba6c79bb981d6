package dev.triggers.ingest;

import dev.triggers.common.event.Limits;
import dev.triggers.common.event.Payload;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * One JSON object that is all of a text, read member by member in one pass. What an event carries as data is checked in
 * passing and cut out of the text: no tree is built and nothing is written anew. Every method throws
 * {@link ProblemException} or, where the syntax breaks, {@link tools.jackson.core.JacksonException}.
 */
final class JsonObjectReader implements AutoCloseable {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Limits.NESTING + 2) // the envelope, and one more to be told from a broken body
                    .maxNumberLength(Limits.DATA_BYTES)
                    .maxNameLength(Limits.DATA_BYTES)
                    .build())
            .build();

    private final byte[] text;
    private final int from;
    private final int to;
    private final JsonParser json;

    private JsonObjectReader(byte[] text, int from, int to) {
        this.text = text;
        this.from = from;
        this.to = to;
        this.json = JSON.createParser(ObjectReadContext.empty(), text, from, to - from);
    }

    /** Opens {@code text[from, to)}, and has looked at every byte of it already. */
    static JsonObjectReader open(byte[] text, int from, int to) {
        Optional<JsonFlaw> flaw = JsonText.flaw(text, from, to);
        if (flaw.isPresent()) {
            throw flaw.get().problem();
        }
        return new JsonObjectReader(text, from, to);
    }

    /** Goes into the object. */
    void enter() {
        JsonToken first = first();
        if (first != JsonToken.START_OBJECT) {
            throw invalid("body: " + kind(first) + " (expected: an object)");
        }
    }

    private JsonToken first() {
        JsonToken first = json.nextToken();
        if (first == null) {
            throw JsonFlaw.at(text, from, to, "nothing").problem();
        }
        return first;
    }

    /** The name of the next member, whose value is now {@link #value()}; null after the last. */
    @Nullable
    String next() {
        if (json.nextToken() == JsonToken.END_OBJECT) {
            return null;
        }
        String name = json.currentName();
        json.nextToken();
        return name;
    }

    JsonToken value() {
        return json.currentToken();
    }

    /** The value of a member that must be a string. */
    String text(String name) {
        if (value() != JsonToken.VALUE_STRING) {
            throw invalid(name + ": " + kind(value()) + " (expected: a string)");
        }
        return json.getString();
    }

    /** The same of one that may be null, which is as good as absent. */
    @Nullable
    String optionalText(String name) {
        return value() == JsonToken.VALUE_NULL ? null : text(name);
    }

    /** A number as it is written. */
    String number() {
        return json.getString();
    }

    /** The value of the member that is the event's data: an object within the limits, as the bytes it is written in. */
    Payload data(String name) {
        if (value() != JsonToken.START_OBJECT) {
            throw invalid(name + ": " + kind(value()) + " (expected: a JSON object)");
        }
        int start = offset(json.currentTokenLocation().getByteOffset());
        skipObject(name);
        int end = offset(json.currentLocation().getByteOffset());
        if (end - start > Limits.DATA_BYTES) {
            throw new ProblemException(
                    ProblemCode.EVENT_TOO_LARGE,
                    name + ": " + (end - start) + " bytes (expected: at most " + Limits.DATA_BYTES + ")");
        }
        return Payload.of(Arrays.copyOfRange(text, start, end));
    }

    /** All of the text as an event's data. */
    Payload wholeData() {
        first();
        Payload data = data("data");
        end();
        return data;
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

    /** Requires that nothing follows. */
    void end() {
        int end = offset(json.currentLocation().getByteOffset());
        if (json.nextToken() != null) {
            throw JsonFlaw.at(text, from, nextVisible(end), "something after the event")
                    .problem();
        }
    }

    @Override
    public void close() {
        json.close();
    }

    static String kind(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            default -> "a number";
        };
    }

    static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_EVENT, detail);
    }

    private int nextVisible(int start) {
        int at = start;
        while (at < to - 1 && text[at] <= ' ' && text[at] >= 0) {
            at++;
        }
        return at;
    }

    private int offset(long byteOffset) {
        if (byteOffset < 0) {
            throw new IllegalStateException("the parser lost its place: it was not reading UTF-8 bytes");
        }
        return from + (int) byteOffset;
    }
}
