package dev.triggers.inbox.http;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.AckResult;
import dev.triggers.inbox.AckResult.Outcome;
import dev.triggers.inbox.Inbox;
import dev.triggers.inbox.Page;
import dev.triggers.inbox.PageRequest;
import dev.triggers.inbox.PageRequest.Filter;
import dev.triggers.inbox.live.WakeUps;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/**
 * The default inbox: {@code GET /v1/inbox}, {@code POST /v1/inbox/ack}, {@code POST /v1/inbox/ack/{id}}, and the same below
 * {@code /api} in the older words.
 */
@RestController
public final class InboxController {

    private static final int DEFAULT_LIMIT = 100;
    private static final Set<String> PARAMETERS = Set.of("limit", "cursor", "status", "type", "wait");
    private static final int MOST_WAIT_SECONDS = 30;

    private final Inbox inbox;
    private final WakeUps wakeUps;

    /** What members of an event are called. */
    private enum Words {
        OURS(new EventJson("data", "accepted_at", "status", "available")),
        OLDER(new EventJson("payload", "created_at", "delivery_status", "pending"));

        private final EventJson json;

        Words(EventJson json) {
            this.json = json;
        }

        Filter filter(String text) {
            return this == OLDER && text.equals("pending") ? Filter.AVAILABLE : InboxController.filter(text);
        }
    }

    public InboxController(Inbox inbox, WakeUps wakeUps) {
        this.inbox = inbox;
        this.wakeUps = wakeUps;
    }

    @GetMapping("/v1/inbox")
    void page(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        page(caller, request, response, Words.OURS);
    }

    @GetMapping("/api/inbox")
    void olderPage(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        page(caller, request, response, Words.OLDER);
    }

    private void page(Caller caller, HttpServletRequest request, HttpServletResponse response, Words words)
            throws IOException {
        caller.require(Scope.INBOX_READ);
        Parameters parameters = new Parameters(request, PARAMETERS);
        int limit = parameters.number("limit", 1, PageRequest.MOST, DEFAULT_LIMIT);
        Filter filter = parameters.value("status", words::filter).orElse(Filter.UNACKNOWLEDGED);
        Optional<EventType> type = parameters.value("type", EventType::new);
        Cursor cursor = new Cursor(
                caller.org(),
                "inbox " + filter + " " + type.map(EventType::value).orElse("*"));
        long after = parameters.text("cursor").map(cursor::read).orElse(0L);

        Duration wait = Duration.ofSeconds(parameters.number("wait", 0, MOST_WAIT_SECONDS, 0));
        PageRequest asked = new PageRequest(after, limit, filter, type);
        Page page = wakeUps.until(
                caller.org(),
                wait,
                () -> inbox.page(caller.org(), asked),
                found -> !found.events().isEmpty() || found.next().isPresent(),
                _ -> Optional.empty());
        JsonBody.write(response, (json, out) -> {
            JsonBody.raw(json, "events");
            words.json.write(out, page.events());
            if (page.next().isPresent()) {
                json.writeStringProperty("next_cursor", cursor.at(page.next().getAsLong()));
            } else {
                json.writeNullProperty("next_cursor");
            }
        });
    }

    private static Filter filter(String status) {
        return switch (status) {
            case "available" -> Filter.AVAILABLE;
            case "leased" -> Filter.LEASED;
            case "quarantined" -> Filter.QUARANTINED;
            case "acked" -> Filter.ACKED;
            case "all" -> Filter.ALL;
            default ->
                throw new IllegalArgumentException(
                        "status: " + Limits.cut(status) + " (expected: available, leased, acked, quarantined or all)");
        };
    }

    @PostMapping({"/v1/inbox/ack", "/api/inbox/ack"})
    void acknowledge(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_CONSUME);
        List<AckResult> results = inbox.acknowledge(caller.org(), AckBody.read(request.getInputStream()));
        long failed = results.stream().filter(InboxController::unknown).count();
        JsonBody.write(response, json -> {
            json.writeNumberProperty("acknowledged", results.size() - failed);
            json.writeNumberProperty("failed", failed);
            json.writeArrayPropertyStart("results");
            for (AckResult result : results) {
                json.writeStartObject();
                write(json, result);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    @PostMapping({"/v1/inbox/ack/{id}", "/api/inbox/ack/{id}"})
    void acknowledge(Caller caller, @PathVariable("id") String id, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_CONSUME);
        AckResult result = inbox.acknowledge(caller.org(), List.of(id(id))).getFirst();
        if (unknown(result)) {
            throw new ProblemException(ProblemCode.NOT_FOUND, "id: " + id + " (expected: an event of this inbox)");
        }
        JsonBody.write(response, json -> write(json, result));
    }

    private static EventId id(String text) {
        try {
            return EventId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static boolean unknown(AckResult result) {
        return result.outcome() == Outcome.UNKNOWN;
    }

    private static void write(JsonGenerator json, AckResult result) {
        json.writeStringProperty("id", result.id().toString());
        json.writeStringProperty("outcome", result.outcome().toString());
    }
}
