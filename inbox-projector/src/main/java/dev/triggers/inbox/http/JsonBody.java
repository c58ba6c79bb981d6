package dev.triggers.inbox.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** An answer in JSON, written as it is made. */
final class JsonBody {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonBody() {}

    static void write(HttpServletResponse response, Consumer<JsonGenerator> content) throws IOException {
        write(response, "application/json", content);
    }

    static void write(HttpServletResponse response, String mediaType, Consumer<JsonGenerator> content)
            throws IOException {
        write(response, mediaType, (json, _) -> content.accept(json));
    }

    /** Members of an object, some of which are written past the generator, with {@link #raw}. */
    interface Content {
        void write(JsonGenerator json, AnswerBuffer out);
    }

    static void write(HttpServletResponse response, Content content) throws IOException {
        write(response, "application/json", content);
    }

    private static void write(HttpServletResponse response, String mediaType, Content content) throws IOException {
        response.setContentType(mediaType);
        AnswerBuffer out = new AnswerBuffer(response);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            content.write(json, out);
            json.writeEndObject();
        }
    }

    /** A member whose value is written next, as it is to be sent. */
    static void raw(JsonGenerator json, String name) {
        json.writeName(name);
        json.writeRawValue("");
        json.flush();
    }
}
