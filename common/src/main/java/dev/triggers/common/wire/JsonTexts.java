package dev.triggers.common.wire;

import dev.triggers.common.event.Limits;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A record's value that is one flat JSON object of texts. What is missing or malformed is an {@link UnreadableRecord}. */
record JsonTexts(Map<String, String> members) {

    private static final JsonFactory JSON = new JsonFactory();

    static byte[] write(Consumer<JsonGenerator> members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            members.accept(json);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    static JsonTexts read(byte @Nullable [] value) {
        if (value == null) {
            throw new UnreadableRecord("value: null (expected: a JSON object)");
        }
        Map<String, String> members = new HashMap<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), value)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                members.put(name, parser.getString());
            }
            return new JsonTexts(members);
        } catch (JacksonException e) {
            throw new UnreadableRecord("value: " + e.getOriginalMessage(), e);
        }
    }

    <T> T value(String name, Function<String, T> parse) {
        String text = members.get(name);
        if (text == null) {
            throw new UnreadableRecord(name + ": missing (expected: a member)");
        }
        try {
            return parse.apply(text);
        } catch (RuntimeException e) {
            throw new UnreadableRecord(name + ": " + Limits.cut(text) + " (" + e.getMessage() + ")", e);
        }
    }
}
