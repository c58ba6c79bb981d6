package dev.triggers.cli.send;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One line of the input.
 *
 * @param number 1 and up
 */
record Line(long number, String text) {

    private static final JsonFactory JSON = new JsonFactory();

    /** Whether the event brings a dedup id of its own. What is not JSON does not; the service will say so. */
    boolean hasDedupId() {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                if (parser.currentName().equals("dedup_id")) {
                    return true;
                }
                parser.nextToken();
                parser.skipChildren();
            }
            return false;
        } catch (JacksonException _) {
            return false;
        }
    }
}
