package dev.triggers.inbox.http;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.access.http.Problems;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.inbox.MessageId;
import dev.triggers.inbox.Operations;
import dev.triggers.inbox.Operations.Asker;
import dev.triggers.inbox.Operations.From;
import dev.triggers.inbox.Operations.Operation;
import dev.triggers.inbox.Operations.Place;
import dev.triggers.inbox.Operations.Result;
import dev.triggers.inbox.live.WakeUps;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/** Redrive, replay and purge of an inbox, answered when the projector has applied them, and who asked for them. */
@RestController
@RequestMapping({
    "/v1/inboxes/{inbox}",
    "/trigger-inbox/v1/inboxes/{inbox}",
    "/trigger-inbox/api/v1/inboxes/{inbox}",
    "/api/v0/sdk/trigger-inbox/api/v1/inboxes/{inbox}",
    "/api/v1/inboxes/{inbox}"
})
public final class OperationsController {

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final int MOST_MESSAGES = 1_000;
    private static final int MOST = 1_000;
    private static final int DEFAULT_LIMIT = 100;
    private static final Set<String> LIST = Set.of("limit", "cursor");
    private static final Duration APPLIED_WITHIN = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Operations operations;
    private final WakeUps wakeUps;

    public OperationsController(Operations operations, WakeUps wakeUps) {
        this.operations = operations;
        this.wakeUps = wakeUps;
    }

    @PostMapping("/messages/redrive")
    void redrive(
            Caller caller,
            @PathVariable("inbox") String inbox,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        caller.require(Scope.INBOX_MANAGE);
        InboxId id = MessagesController.inbox(caller, inbox);
        JsonRequest body = JsonRequest.read(request.getInputStream(), Set.of("message_ids"));
        Optional<List<MessageId>> messages = body.list("message_ids", MOST_MESSAGES, MessageId::parse);
        messages.ifPresent(ids -> requireOf(id, ids));
        answer(caller, id, operations.redrive(caller.org(), id, messages, asker(caller, request)), response);
    }

    @PostMapping("/messages/replay")
    void replay(
            Caller caller,
            @PathVariable("inbox") String inbox,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        caller.require(Scope.INBOX_MANAGE);
        InboxId id = MessagesController.inbox(caller, inbox);
        JsonRequest body = JsonRequest.read(request.getInputStream(), Set.of("from_sequence", "from_time"));
        answer(caller, id, operations.replay(caller.org(), id, from(body), asker(caller, request)), response);
    }

    @PostMapping("/messages/purge")
    void purge(
            Caller caller,
            @PathVariable("inbox") String inbox,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        caller.require(Scope.INBOX_MANAGE);
        InboxId id = MessagesController.inbox(caller, inbox);
        JsonRequest.read(request.getInputStream(), Set.of());
        answer(caller, id, operations.purge(caller.org(), id, asker(caller, request)), response);
    }

    @GetMapping("/operations")
    void list(
            Caller caller,
            @PathVariable("inbox") String inbox,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        caller.require(Scope.INBOX_READ);
        InboxId id = MessagesController.inbox(caller, inbox);
        Parameters parameters = new Parameters(request, LIST);
        Cursor cursor = new Cursor(caller.org(), "operations " + id);
        Optional<Place> after = parameters.text("cursor").map(text -> place(cursor.read(text, 3)));
        int limit = parameters.number("limit", 1, MOST, DEFAULT_LIMIT);
        List<Operation> found = operations.list(caller.org(), id, after, limit + 1);
        List<Operation> page = found.subList(0, Math.min(limit, found.size()));
        JsonBody.write(response, json -> {
            json.writeArrayPropertyStart("operations");
            page.forEach(operation -> {
                json.writeStartObject();
                write(json, operation);
                json.writeEndObject();
            });
            json.writeEndArray();
            if (found.size() > limit) {
                json.writeStringProperty("next_cursor", at(cursor, page.getLast()));
            } else {
                json.writeNullProperty("next_cursor");
            }
        });
    }

    private static String at(Cursor cursor, Operation last) {
        return cursor.at(
                ChronoUnit.MICROS.between(Instant.EPOCH, last.at()),
                last.id().getMostSignificantBits(),
                last.id().getLeastSignificantBits());
    }

    private static Place place(long... numbers) {
        return new Place(Instant.EPOCH.plus(numbers[0], ChronoUnit.MICROS), new UUID(numbers[1], numbers[2]));
    }

    private static Asker asker(Caller caller, HttpServletRequest request) {
        try {
            return new Asker(
                    caller.keyId(),
                    Optional.ofNullable(request.getHeader(IDEMPOTENCY_KEY))
                            .map(key -> Limits.requirePrintable(IDEMPOTENCY_KEY, key, Limits.DEDUP_ID_CHARS))
                            .map(DedupId::new));
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static void requireOf(InboxId inbox, List<MessageId> ids) {
        for (int i = 0; i < ids.size(); i++) {
            if (ids.get(i).sequenceIn(inbox).isEmpty()) {
                throw Parameters.invalid(
                        "message_ids[" + i + "]: " + ids.get(i) + " (expected: a message of this inbox)");
            }
        }
    }

    private static From from(JsonRequest body) {
        Optional<Long> sequence = body.optionalNumber("from_sequence", 1, Long.MAX_VALUE - 1);
        Optional<Instant> time = body.optionalText("from_time").map(OperationsController::time);
        if (sequence.isPresent() == time.isPresent()) {
            throw Parameters.invalid("from: " + (time.isPresent() ? "both" : "neither")
                    + " (expected: one of from_sequence, from_time)");
        }
        return time.<From>map(From.FromTime::new).orElseGet(() -> new From.FromSequence(sequence.orElseThrow()));
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw Parameters.invalid(
                    "from_time: " + Limits.cut(text) + " (expected: RFC 3339, as in 2026-01-31T12:00:00Z)");
        }
    }

    private void answer(Caller caller, InboxId inbox, Result result, HttpServletResponse response) throws IOException {
        Optional<Operation> decided = result.operation();
        Optional<Operation> operation = decided.flatMap(one -> wakeUps.until(
                caller.org(),
                APPLIED_WITHIN,
                () -> operations.find(caller.org(), inbox, one.id()),
                found -> found.flatMap(Operation::appliedAt).isPresent(),
                _ -> Optional.of(LOOK_AGAIN)));
        if (operation.isPresent() && operation.get().appliedAt().isEmpty()) {
            Problems.write(
                    Problem.retryable(
                            ProblemCode.INBOX_UNAVAILABLE,
                            "operation: " + operation.get().id()
                                    + " is logged and not applied yet; it will be (see GET …/operations). To ask again"
                                    + " for the same, send the same Idempotency-Key",
                            RETRY_AFTER),
                    response);
            return;
        }
        JsonBody.write(response, json -> {
            if (operation.isPresent()) {
                json.writeObjectPropertyStart("operation");
                write(json, operation.get());
                json.writeEndObject();
            }
            json.writeNumberProperty("remaining", result.remaining());
        });
    }

    private static void write(JsonGenerator json, Operation operation) {
        json.writeStringProperty("id", operation.id().toString());
        json.writeStringProperty("kind", operation.kind().toString());
        json.writeStringProperty("key_id", operation.keyId());
        json.writeStringProperty("asked", operation.asked());
        json.writeStringProperty("at", text(operation.at()));
        json.writeNumberProperty("messages", operation.sequences().size());
        json.writeNumberProperty(
                "first_sequence", operation.sequences().ranges().getFirst().first());
        json.writeNumberProperty("last_sequence", operation.sequences().last());
        operation
                .appliedAt()
                .ifPresentOrElse(
                        at -> json.writeStringProperty("applied_at", text(at)),
                        () -> json.writeNullProperty("applied_at"));
    }

    private static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
