package dev.triggers.inbox.http;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** The body of an acknowledgement: {@code {"event_ids":[…]}}, 1 to 1,000 ids. */
final class AckBody {

    static final int MOST_IDS = 1_000;
    /** 1,000 ids of 36 characters, their quotes, commas and generous white space. */
    private static final int MOST_BYTES = 128 * 1024;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private AckBody() {}

    static List<EventId> read(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new ProblemException(
                    ProblemCode.INVALID_PARAMETER, "body: above " + MOST_BYTES + " bytes (expected: 1 to 1000 ids)");
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            List<EventId> ids = document(parser);
            if (parser.nextToken() != null) {
                throw Parameters.invalid("body: more than one document (expected: one)");
            }
            return ids;
        } catch (JacksonException e) {
            throw new ProblemException(
                    ProblemCode.MALFORMED_JSON,
                    "body: line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + " (expected: JSON)");
        }
    }

    private static List<EventId> document(JsonParser parser) {
        List<EventId> ids = List.of();
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw Parameters.invalid("body: not an object (expected: {\"event_ids\":[…]})");
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (!name.equals("event_ids")) {
                throw Parameters.invalid(Limits.cut(name) + ": not a member here (expected: event_ids)");
            }
            ids = ids(parser);
        }
        if (ids.isEmpty()) {
            throw Parameters.invalid("event_ids: none (expected: 1 to " + MOST_IDS + ")");
        }
        return ids;
    }

    private static List<EventId> ids(JsonParser parser) {
        List<EventId> ids = new ArrayList<>();
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw Parameters.invalid("event_ids: not an array (expected: 1 to " + MOST_IDS + " ids)");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw Parameters.invalid("event_ids[" + ids.size() + "]: not a string (expected: an event id)");
            }
            if (ids.size() == MOST_IDS) {
                throw Parameters.invalid("event_ids: more than " + MOST_IDS + " (expected: 1 to " + MOST_IDS + ")");
            }
            ids.add(id(parser.getString()));
        }
        return ids;
    }

    private static EventId id(String text) {
        try {
            return EventId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid(String.valueOf(e.getMessage()));
        }
    }
}
