package dev.triggers.inbox.postgres;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** An event's extension attributes as a column keeps them: one JSON object of texts, none where there are none. */
final class Extensions {

    private static final JsonFactory JSON = new JsonFactory();

    private Extensions() {}

    static byte @Nullable [] write(Map<String, String> extensions) {
        if (extensions.isEmpty()) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            extensions.forEach(json::writeStringProperty);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    static Map<String, String> read(Optional<String> text) {
        Map<String, String> extensions = new HashMap<>();
        if (text.isPresent()) {
            try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text.get())) {
                json.nextToken();
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    extensions.put(name, json.getString());
                }
            }
        }
        return extensions;
    }
}
