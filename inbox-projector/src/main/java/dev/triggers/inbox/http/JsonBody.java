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
        response.setContentType(mediaType);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), response.getOutputStream())) {
            json.writeStartObject();
            content.accept(json);
            json.writeEndObject();
        }
    }
}
