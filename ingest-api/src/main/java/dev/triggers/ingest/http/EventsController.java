package dev.triggers.ingest.http;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.ingest.Answers;
import dev.triggers.ingest.Context;
import dev.triggers.ingest.EventIngestor;
import dev.triggers.ingest.EventParser;
import dev.triggers.ingest.Received;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/** {@code POST /v1/events}: one event, answered 202 once it is kept. */
@RestController
public final class EventsController {

    private static final int MOST_BYTES = Limits.DATA_BYTES + Limits.ENVELOPE_BYTES;
    private static final int RECEIVED = 202;

    private final EventIngestor ingestor;
    private final Answers answers;

    public EventsController(EventIngestor ingestor, Answers answers) {
        this.ingestor = ingestor;
        this.answers = answers;
    }

    @PostMapping(path = "/v1/events", consumes = "application/json")
    void post(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Received received = answers.counted(() -> received(caller, request));
        JsonAnswer.write(RECEIVED, response, json -> write(received, json));
    }

    private Received received(Caller caller, HttpServletRequest request) {
        caller.require(Scope.EVENTS_WRITE);
        Context context = context(request);
        return ingestor.receive(caller, EventParser.parse(Bodies.read(request, MOST_BYTES)), context);
    }

    private static Context context(HttpServletRequest request) {
        @Nullable String key = request.getHeader("Idempotency-Key");
        return new Context(
                Optional.ofNullable(key).map(EventsController::dedupId),
                Optional.ofNullable(request.getHeader("traceparent")));
    }

    private static DedupId dedupId(String key) {
        try {
            return new DedupId(key);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    ProblemCode.INVALID_PARAMETER,
                    "Idempotency-Key: " + Limits.cut(key) + " (expected: 1 to 255 printable characters)");
        }
    }

    private static void write(Received received, JsonGenerator json) {
        String id = received.id().toString();
        String receipt = received.receipt().toString();
        json.writeStringProperty("id", id);
        json.writeStringProperty("receipt", receipt);
        json.writeStringProperty("status", "received");
        json.writeStringProperty("message", "Kept in the log. Its receipt says what becomes of it.");
        json.writeObjectPropertyStart("links");
        json.writeStringProperty("self", "/v1/receipts/" + receipt + "?id=" + id);
        json.writeEndObject();
    }
}
