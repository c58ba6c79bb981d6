package dev.triggers.ingest.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes one JSON object as the answer. */
final class JsonAnswer {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonAnswer() {}

    static void write(int status, HttpServletResponse response, Consumer<JsonGenerator> members) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), body)) {
            json.writeStartObject();
            members.accept(json);
            json.writeEndObject();
        }
        response.setStatus(status);
        response.setContentType("application/json");
        response.setContentLength(body.size());
        body.writeTo(response.getOutputStream());
    }
}
