package dev.triggers.ingest.http;

import dev.triggers.common.event.Limits;
import dev.triggers.common.event.Payload;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.ingest.CloudEventAttributes;
import dev.triggers.ingest.EventBody;
import dev.triggers.ingest.HeaderText;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import java.util.Locale;

/** A CloudEvent's attributes in a request's {@code ce-} headers: HTTP protocol binding 1.0.2, binary content mode. */
final class CloudEventHeaders {

    private static final String PREFIX = "ce-";
    private static final String CONTENT_TYPE = "ce-datacontenttype";

    private CloudEventHeaders() {}

    /** Whether any of the four headers that every such request has is there. */
    static boolean in(HttpServletRequest request) {
        return request.getHeader("ce-specversion") != null
                || request.getHeader("ce-id") != null
                || request.getHeader("ce-source") != null
                || request.getHeader("ce-type") != null;
    }

    /** Throws {@link ProblemException}, {@code invalid_event}. */
    static EventBody event(HttpServletRequest request, Payload data) {
        CloudEventAttributes attributes = new CloudEventAttributes();
        Enumeration<String> names = request.getHeaderNames();
        while (names.hasMoreElements()) {
            String name = names.nextElement();
            if (name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
                take(attributes, request, name.toLowerCase(Locale.ROOT));
            }
        }
        return attributes.with(data);
    }

    private static void take(CloudEventAttributes attributes, HttpServletRequest request, String header) {
        if (header.equals(CONTENT_TYPE)) {
            throw new ProblemException(
                    ProblemCode.INVALID_EVENT, CONTENT_TYPE + ": not a header (expected: Content-Type)");
        }
        Enumeration<String> values = request.getHeaders(header);
        String value = values.nextElement();
        if (values.hasMoreElements()) {
            throw new ProblemException(ProblemCode.INVALID_EVENT, Limits.cut(header) + ": twice (expected: once)");
        }
        attributes.set(header.substring(PREFIX.length()), HeaderText.decoded(Limits.cut(header), value));
    }
}
