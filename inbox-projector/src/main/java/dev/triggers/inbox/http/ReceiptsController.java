package dev.triggers.inbox.http;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.Receipts;
import dev.triggers.inbox.SubmissionStatus;
import dev.triggers.inbox.SubmissionStatus.Accepted;
import dev.triggers.inbox.SubmissionStatus.Pending;
import dev.triggers.inbox.SubmissionStatus.Rejected;
import dev.triggers.inbox.live.WakeUps;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/** What became of a submission: {@code GET /v1/receipts/{receipt}?id=}. */
@RestController
public final class ReceiptsController {

    private static final int MOST_WAIT_SECONDS = 30;

    private final Receipts receipts;
    private final WakeUps wakeUps;

    public ReceiptsController(Receipts receipts, WakeUps wakeUps) {
        this.receipts = receipts;
        this.wakeUps = wakeUps;
    }

    @GetMapping("/v1/receipts/{receipt}")
    void find(
            Caller caller,
            @PathVariable("receipt") String text,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        requireEither(caller);
        Receipt receipt = receipt(text);
        Parameters parameters = new Parameters(request, Set.of("id", "wait"));
        Optional<EventId> asked = parameters.value("id", EventId::parse);
        Duration wait = Duration.ofSeconds(parameters.number("wait", 0, MOST_WAIT_SECONDS, 0));
        SubmissionStatus status = wakeUps.until(
                        caller.org(),
                        wait,
                        () -> receipts.find(caller.org(), receipt),
                        found -> !(found.orElse(null) instanceof Pending),
                        _ -> Optional.empty())
                .filter(found -> matches(found, asked))
                .orElseThrow(() -> notFound(caller.org(), receipt));
        JsonBody.write(response, json -> write(json, receipt, status));
    }

    /** Either scope will do: producers check what they sent, consumers what they miss. */
    private static void requireEither(Caller caller) {
        if (!caller.scopes().contains(Scope.EVENTS_WRITE) || caller.suspended()) {
            caller.require(Scope.INBOX_READ);
        }
    }

    private static Receipt receipt(String text) {
        try {
            return Receipt.parse(text);
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static boolean matches(SubmissionStatus found, Optional<EventId> asked) {
        return asked.isEmpty() || idOf(found).isEmpty() || idOf(found).equals(asked);
    }

    private static Optional<EventId> idOf(SubmissionStatus status) {
        return switch (status) {
            case Pending(Optional<EventId> id) -> id;
            case Accepted accepted -> Optional.of(accepted.id());
            case Rejected rejected -> rejected.id();
        };
    }

    private static ProblemException notFound(OrgId org, Receipt receipt) {
        return new ProblemException(
                ProblemCode.NOT_FOUND, "receipt: " + receipt + " (expected: a submission of org " + org + ")");
    }

    private static void write(JsonGenerator json, Receipt receipt, SubmissionStatus status) {
        idOf(status)
                .ifPresentOrElse(
                        id -> json.writeStringProperty("id", id.toString()), () -> json.writeNullProperty("id"));
        json.writeStringProperty("receipt", receipt.toString());
        switch (status) {
            case Pending _ -> json.writeStringProperty("outcome", "pending");
            case Accepted accepted -> {
                json.writeStringProperty("outcome", "accepted");
                json.writeNumberProperty("sequence", accepted.sequence());
                json.writeArrayPropertyStart("deliveries");
                accepted.deliveries().forEach(standing -> HistoryController.write(json, standing));
                json.writeEndArray();
            }
            case Rejected rejected -> {
                json.writeStringProperty("outcome", rejected.outcome().toString());
                rejected.original()
                        .ifPresent(original -> json.writeStringProperty("original_receipt", original.toString()));
                json.writeStringProperty("reason", rejected.reason());
            }
        }
    }
}
