package dev.triggers.ingest.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/** Writes one JSON object as the answer. */
final class JsonAnswer {

    private static final Logger log = LoggerFactory.getLogger(JsonAnswer.class);
    private static final JsonFactory JSON = new JsonFactory();

    private JsonAnswer() {}

    static void write(int status, HttpServletResponse response, Consumer<JsonGenerator> members) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), body)) {
            json.writeStartObject();
            members.accept(json);
            json.writeEndObject();
        }
        begin(status, response, body.size());
        body.writeTo(response.getOutputStream());
    }

    /** The same for an object that is text already, in ASCII. */
    static void write(int status, HttpServletResponse response, String object) throws IOException {
        begin(status, response, object.length());
        response.getOutputStream().write(object.getBytes(US_ASCII));
    }

    private static void begin(int status, HttpServletResponse response, int length) {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setContentLength(length);
    }

    /** The same for one of any length, which is not held as a whole. Where the caller has hung up it ends early. */
    static void stream(int status, HttpServletResponse response, Consumer<JsonGenerator> members) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), response.getOutputStream())) {
            json.writeStartObject();
            members.accept(json);
            json.writeEndObject();
        } catch (JacksonIOException e) {
            log.atDebug().setCause(e).log("The caller hung up");
        }
    }
}
