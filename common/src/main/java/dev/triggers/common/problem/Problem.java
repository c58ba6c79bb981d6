package dev.triggers.common.problem;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One error as a caller sees it: an {@code application/problem+json} body (RFC 9457) that also holds
 * {@code errors:[{code,title,detail,status}]}, so that one shape serves both kinds of client.
 *
 * @param detail {@code name: actual (expected: rule)}; no secret, untrusted values cut
 * @param retryAfter when to try again, where that helps
 */
public record Problem(ProblemCode code, String detail, Optional<Duration> retryAfter) {

    /** The body's media type. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final JsonFactory JSON = new JsonFactory();

    public static Problem of(ProblemCode code, String detail) {
        return new Problem(code, detail, Optional.empty());
    }

    public static Problem retryable(ProblemCode code, String detail, Duration retryAfter) {
        return new Problem(code, detail, Optional.of(retryAfter));
    }

    /** The {@code Retry-After} header's value: whole seconds, at least one. */
    public Optional<String> retryAfterSeconds() {
        return retryAfter.map(after -> Long.toString(Math.max(1, Math.ceilDiv(after.toMillis(), 1_000L))));
    }

    public byte[] json() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("type", "/problems/" + code);
            members(json);
            json.writeArrayPropertyStart("errors");
            json.writeStartObject();
            members(json);
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /** Writes {@code code, title, detail, status} into an object that is open: one element of {@code errors}. */
    public void members(JsonGenerator json) {
        json.writeStringProperty("code", code.toString());
        json.writeStringProperty("title", code.title());
        json.writeStringProperty("detail", detail);
        json.writeNumberProperty("status", code.status());
    }
}
