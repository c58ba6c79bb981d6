package dev.triggers.cli.send;

import java.util.UUID;
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

    /** The same event under a dedup id, its own or one made for it. What is not an object stays: the service will say so. */
    Line named() {
        int begin = text.indexOf('{') + 1;
        if (begin == 0 || !text.substring(0, begin - 1).isBlank() || !wantsDedupId()) {
            return this;
        }
        String rest = text.substring(begin);
        String comma = rest.stripLeading().startsWith("}") ? "" : ",";
        return new Line(number, "{\"dedup_id\":\"" + UUID.randomUUID() + "\"" + comma + rest);
    }

    /** Whether it is an object that brings none of its own. */
    private boolean wantsDedupId() {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                if (parser.currentName().equals("dedup_id")) {
                    return false;
                }
                parser.nextToken();
                parser.skipChildren();
            }
            return true;
        } catch (JacksonException _) {
            return false;
        }
    }
}
