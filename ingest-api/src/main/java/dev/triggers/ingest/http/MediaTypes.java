package dev.triggers.ingest.http;

import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** What a request says its body is. Whatever is not taken is {@code unsupported_media_type}, and the detail says what is. */
final class MediaTypes {

    static final String JSON = "application/json";
    static final String CLOUDEVENT = "application/cloudevents+json";
    static final String CLOUDEVENTS = "application/cloudevents-batch+json";
    static final String NDJSON = "application/x-ndjson";

    private MediaTypes() {}

    /** The media type, in lower case and without parameters. Throws {@link ProblemException} for a charset but UTF-8. */
    static String of(HttpServletRequest request, String taken) {
        @Nullable String value = request.getContentType();
        if (JSON.equals(value)) {
            return JSON;
        }
        if (value == null) {
            throw unsupported("Content-Type: missing", taken);
        }
        try {
            MediaType type = MediaType.parseMediaType(value);
            @Nullable String charset = type.getParameter("charset");
            if (charset == null || charset.replace("\"", "").equalsIgnoreCase("utf-8")) {
                return (type.getType() + "/" + type.getSubtype()).toLowerCase(Locale.ROOT);
            }
        } catch (InvalidMediaTypeException e) {
            throw unsupported("Content-Type: " + Limits.cut(value), taken);
        }
        throw unsupported("Content-Type: " + Limits.cut(value), taken);
    }

    static ProblemException unsupported(String actual, String taken) {
        return new ProblemException(
                ProblemCode.UNSUPPORTED_MEDIA_TYPE, actual + " (expected: " + taken + ", in UTF-8)");
    }

    /** Whether the body is compressed. Throws {@link ProblemException} for anything but gzip. */
    static boolean compressed(HttpServletRequest request) {
        @Nullable String encoding = request.getHeader("Content-Encoding");
        if (encoding == null) {
            return false;
        }
        if (encoding.equalsIgnoreCase("gzip") || encoding.equalsIgnoreCase("x-gzip")) {
            return true;
        }
        throw new ProblemException(
                ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                "Content-Encoding: " + Limits.cut(encoding) + " (expected: gzip, or none)");
    }
}
