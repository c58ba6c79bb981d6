package dev.triggers.ingest.http;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.ingest.Answers;
import dev.triggers.ingest.CloudEventParser;
import dev.triggers.ingest.Context;
import dev.triggers.ingest.EventBody;
import dev.triggers.ingest.EventFormat;
import dev.triggers.ingest.EventIngestor;
import dev.triggers.ingest.Received;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /v1/events}: one event, answered 202 once it is kept. It is our own JSON, or a CloudEvent, structured or
 * binary. {@code POST /api/events} takes the same and answers in older words.
 */
@RestController
public final class EventsController {

    static final String PATH = "/v1/events";
    static final String OLDER_PATH = "/api/events";

    private static final int RECEIVED = 202;
    private static final String TAKEN =
            MediaTypes.JSON + " or " + MediaTypes.CLOUDEVENT + "; batches go to /v1/events/batch";
    private static final String MESSAGE = "Kept in the log. Its receipt says what becomes of it.";

    private final EventIngestor ingestor;
    private final EventBodies bodies;
    private final Answers answers;

    public EventsController(EventIngestor ingestor, EventBodies bodies, Answers answers) {
        this.ingestor = ingestor;
        this.bodies = bodies;
        this.answers = answers;
    }

    @PostMapping(PATH)
    void post(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Received received = received(caller, request, response);
        JsonAnswer.write(RECEIVED, response, answer(received));
    }

    @PostMapping(OLDER_PATH)
    void postOlder(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Received received = received(caller, request, response);
        JsonAnswer.write(RECEIVED, response, olderAnswer(received));
    }

    private Received received(Caller caller, HttpServletRequest request, HttpServletResponse response) {
        try {
            Received received = answers.counted(() -> receive(caller, request));
            RateLimitHeaders.write(received.left(), response);
            return received;
        } catch (ProblemException e) {
            if (e.problem().code() == ProblemCode.RATE_LIMITED) {
                RateLimitHeaders.write(ingestor.left(caller), response);
            }
            throw e;
        }
    }

    private Received receive(Caller caller, HttpServletRequest request) {
        caller.require(Scope.EVENTS_WRITE);
        Context context = RequestContext.of(request);
        return ingestor.receive(caller, event(caller, request), context);
    }

    /** What was held of the body is given up before the event is waited for. */
    private EventBody event(Caller caller, HttpServletRequest request) {
        String type = MediaTypes.of(request, TAKEN);
        boolean structured = type.equals(MediaTypes.CLOUDEVENT);
        if (!structured && !type.equals(MediaTypes.JSON)) {
            throw MediaTypes.unsupported("Content-Type: " + type, TAKEN);
        }
        try (Body body = bodies.single(caller, request)) {
            body.readAll();
            if (structured) {
                return EventFormat.CLOUDEVENT.parse(body.buffer(), body.size());
            }
            return CloudEventHeaders.in(request)
                    ? CloudEventHeaders.event(request, CloudEventParser.data(body.buffer(), body.size()))
                    : EventFormat.JSON.parse(body.buffer(), body.size());
        }
    }

    /** Written without a generator, since every event waits for it: an id and a receipt need no escapes. */
    static String answer(Received received) {
        String id = received.id().toString();
        String receipt = received.receipt().toString();
        return "{\"id\":\"" + id + "\",\"receipt\":\"" + receipt + "\",\"status\":\"received\",\"message\":\"" + MESSAGE
                + "\",\"links\":{\"self\":\"/v1/receipts/" + receipt + "?id=" + id + "\"}}";
    }

    static String olderAnswer(Received received) {
        return "{\"id\":\"" + received.id() + "\",\"status\":\"accepted\",\"message\":\"" + MESSAGE + "\"}";
    }
}
