package dev.triggers.inbox.http;

import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.inbox.InboxAttributes;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import tools.jackson.core.JsonGenerator;

/**
 * What a lease says of an inbox: an object of its own in each answer, and beside {@code detail} at the top of the 409 of
 * a paused inbox from which all was handled. There the contract's clients read it.
 */
final class PausedInbox {

    private static final Problem PROBLEM = Problem.of(
            ProblemCode.INBOX_PAUSED, "inbox: paused, and nothing is left in it (expected: one that is active)");

    private PausedInbox() {}

    static void refuse(HttpServletResponse response, InboxAttributes attributes) throws IOException {
        response.setStatus(PROBLEM.code().status());
        JsonBody.write(response, Problem.MEDIA_TYPE, json -> {
            json.writeStringProperty("type", "/problems/" + PROBLEM.code());
            PROBLEM.members(json);
            write(json, attributes);
            json.writeArrayPropertyStart("errors");
            json.writeStartObject();
            PROBLEM.members(json);
            json.writeEndObject();
            json.writeEndArray();
        });
    }

    static void write(JsonGenerator json, InboxAttributes attributes) {
        json.writeObjectPropertyStart("inbox_attributes");
        json.writeStringProperty("status", attributes.status().toString());
        attributes
                .pausedReason()
                .ifPresentOrElse(
                        reason -> json.writeStringProperty("paused_reason", reason),
                        () -> json.writeNullProperty("paused_reason"));
        json.writeEndObject();
    }
}
