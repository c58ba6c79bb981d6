package dev.triggers.processor.topology;

import dev.triggers.common.wire.UnreadableRecord;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What the data of an event is: one JSON object and nothing after it. It is read through, not into anything: what is
 * accepted are the bytes as they came. ingest-api has looked more closely; this is for whatever else writes into the
 * log, because one value that is no JSON would spoil every page of an inbox that it stands on.
 */
final class JsonObject {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonObject() {}

    /** Throws {@link UnreadableRecord} when it is anything else. */
    static void require(byte[] value) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), value)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new UnreadableRecord("value: not an object (expected: a JSON object)");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new UnreadableRecord("value: more than one value (expected: a JSON object)");
            }
        } catch (JacksonException e) {
            throw new UnreadableRecord("value: not JSON (expected: a JSON object)", e);
        }
    }
}
