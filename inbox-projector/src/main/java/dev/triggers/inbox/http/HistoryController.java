package dev.triggers.inbox.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Outcome;
import dev.triggers.inbox.History;
import dev.triggers.inbox.History.Attempt;
import dev.triggers.inbox.History.Events;
import dev.triggers.inbox.History.EventsRequest;
import dev.triggers.inbox.History.PastEvent;
import dev.triggers.inbox.History.Place;
import dev.triggers.inbox.History.Rejections;
import dev.triggers.inbox.History.RejectionsRequest;
import dev.triggers.inbox.History.Standing;
import dev.triggers.inbox.History.Story;
import dev.triggers.inbox.TypePattern;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/** {@code GET /v1/history}, {@code GET /v1/history/{id}} and {@code GET /v1/rejections}: what was, whatever inboxes did with it. */
@RestController
public final class HistoryController {

    private static final int MOST = 1_000;
    private static final int DEFAULT_LIMIT = 100;
    private static final Set<String> EVENTS = Set.of("type", "after", "before", "limit", "cursor", "order");
    private static final Set<String> REJECTIONS = Set.of("outcome", "limit", "cursor");

    private final History history;

    public HistoryController(History history) {
        this.history = history;
    }

    @GetMapping("/v1/history")
    void page(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_READ);
        Parameters parameters = new Parameters(request, EVENTS);
        TypePattern type = parameters.value("type", TypePattern::parse).orElse(TypePattern.ANY);
        Optional<Instant> after = parameters.value("after", text -> time("after", text));
        Optional<Instant> before = parameters.value("before", text -> time("before", text));
        boolean newestFirst =
                parameters.value("order", HistoryController::newestFirst).orElse(false);
        Cursor cursor = new Cursor(caller.org(), "history " + type + " " + after + " " + before + " " + newestFirst);
        OptionalLong from = parameters
                .text("cursor")
                .map(cursor::read)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
        int limit = parameters.number("limit", 1, MOST, DEFAULT_LIMIT);
        Events page = history.page(caller.org(), new EventsRequest(from, limit, type, after, before, newestFirst));
        JsonBody.write(response, json -> {
            json.writeArrayPropertyStart("events");
            page.events().forEach(event -> {
                json.writeStartObject();
                write(json, event);
                json.writeEndObject();
            });
            json.writeEndArray();
            text(json, "next_cursor", optional(page.next()).map(cursor::at));
        });
    }

    @GetMapping("/v1/history/{id}")
    void find(Caller caller, @PathVariable("id") String id, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_READ);
        Story story = history.find(caller.org(), id(id))
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.NOT_FOUND, "id: " + id + " (expected: an event of your organisation)"));
        JsonBody.write(response, json -> {
            if (story.event().isPresent()) {
                json.writeObjectPropertyStart("event");
                write(json, story.event().get());
                json.writeEndObject();
            } else {
                json.writeNullProperty("event");
            }
            attempts(json, "attempts", story.attempts());
            json.writeArrayPropertyStart("inboxes");
            story.inboxes().forEach(standing -> write(json, standing));
            json.writeEndArray();
        });
    }

    @GetMapping("/v1/rejections")
    void rejections(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_READ);
        Parameters parameters = new Parameters(request, REJECTIONS);
        Optional<Outcome> outcome = parameters.value("outcome", HistoryController::outcome);
        Cursor cursor = new Cursor(caller.org(), "rejections " + outcome);
        Optional<Place> from = parameters.text("cursor").map(text -> place(cursor.read(text, 3)));
        int limit = parameters.number("limit", 1, MOST, DEFAULT_LIMIT);
        Rejections page = history.rejections(caller.org(), new RejectionsRequest(from, limit, outcome));
        JsonBody.write(response, json -> {
            attempts(json, "rejections", page.rejections());
            text(
                    json,
                    "next_cursor",
                    page.next()
                            .map(place -> cursor.at(
                                    place.decidedAt().toEpochMilli(),
                                    place.receipt().partition(),
                                    place.receipt().offset())));
        });
    }

    static Place place(long... numbers) {
        return new Place(Instant.ofEpochMilli(numbers[0]), new Receipt((int) numbers[1], numbers[2]));
    }

    private static boolean newestFirst(String order) {
        return switch (order) {
            case "asc" -> false;
            case "desc" -> true;
            default -> throw new IllegalArgumentException("order: " + Limits.cut(order) + " (expected: asc or desc)");
        };
    }

    private static Outcome outcome(String text) {
        Outcome outcome = Outcome.parse(text);
        if (outcome == Outcome.ACCEPTED) {
            throw new IllegalArgumentException("outcome: accepted (expected: duplicate, conflict, throttled or dead)");
        }
        return outcome;
    }

    static Instant time(String name, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    name + ": " + Limits.cut(text) + " (expected: RFC 3339, as in 2026-01-31T12:00:00Z)", e);
        }
    }

    private static EventId id(String text) {
        try {
            return EventId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid(String.valueOf(e.getMessage()));
        }
    }

    /** The members of an event, into an object that is open. */
    static void write(JsonGenerator json, PastEvent event) {
        json.writeStringProperty("id", event.id().toString());
        json.writeNumberProperty("sequence", event.sequence());
        json.writeStringProperty("receipt", event.receipt().toString());
        json.writeStringProperty("type", event.type().value());
        json.writeStringProperty("source", event.source());
        text(json, "subject", event.subject());
        json.writeStringProperty("time", event.time().toString());
        json.writeStringProperty("accepted_at", event.acceptedAt().toString());
        json.writeName("data");
        json.writeRawValue(new String(event.data().bytes(), UTF_8));
    }

    private static void attempts(JsonGenerator json, String name, List<Attempt> attempts) {
        json.writeArrayPropertyStart(name);
        attempts.forEach(attempt -> write(json, attempt));
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Attempt attempt) {
        json.writeStartObject();
        json.writeStringProperty("receipt", attempt.receipt().toString());
        json.writeStringProperty("outcome", attempt.outcome().toString());
        text(json, "id", attempt.event().map(EventId::toString));
        text(json, "type", attempt.type());
        json.writeStringProperty("submitted_at", attempt.submittedAt().toString());
        json.writeStringProperty("decided_at", attempt.decidedAt().toString());
        attempt.sequence().ifPresent(sequence -> json.writeNumberProperty("sequence", sequence));
        attempt.original().ifPresent(original -> json.writeStringProperty("original_receipt", original.toString()));
        attempt.reason().ifPresent(reason -> json.writeStringProperty("reason", reason));
        json.writeEndObject();
    }

    static void write(JsonGenerator json, Standing standing) {
        json.writeStartObject();
        json.writeStringProperty("inbox_id", standing.inbox().toString());
        standing.key()
                .ifPresentOrElse(key -> json.writeStringProperty("key", key), () -> json.writeNullProperty("key"));
        json.writeStringProperty("status", standing.status().toString());
        json.writeNumberProperty("lease_count", standing.leaseCount());
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String name, Optional<String> value) {
        value.ifPresentOrElse(text -> json.writeStringProperty(name, text), () -> json.writeNullProperty(name));
    }

    private static Optional<Long> optional(OptionalLong number) {
        return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
    }
}
