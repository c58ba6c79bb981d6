package dev.triggers.inbox.http;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.Limits;
import dev.triggers.inbox.InboxAttributes;
import dev.triggers.inbox.Inboxes;
import dev.triggers.inbox.Inboxes.MessagePage;
import dev.triggers.inbox.LeaseId;
import dev.triggers.inbox.LeaseIds;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.Leases.Stats;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.MessageId;
import dev.triggers.inbox.live.WakeUps;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/**
 * Messages of an inbox, leased and settled: the Trigger Inbox contract under all the base paths that its clients send,
 * and renew, reject and stats beside it. The inbox is named by its id, or as {@code default}.
 */
@RestController
@RequestMapping({
    "/v1/inboxes/{inbox}",
    "/trigger-inbox/v1/inboxes/{inbox}",
    "/trigger-inbox/api/v1/inboxes/{inbox}",
    "/api/v0/sdk/trigger-inbox/api/v1/inboxes/{inbox}",
    "/api/v1/inboxes/{inbox}"
})
public final class MessagesController {

    private static final int MOST_MESSAGES = 100;
    private static final int MOST_SECONDS = 3_600;
    private static final int DEFAULT_SECONDS = 300;
    private static final int DEFAULT_MESSAGES = 10;
    private static final int MOST_WAIT_SECONDS = 30;
    private static final int MOST_DELAY_SECONDS = 86_400;

    private static final int MOST_LISTED = 1_000;
    private static final int DEFAULT_LISTED = 100;

    private final Leases leases;
    private final Inboxes inboxes;
    private final WakeUps wakeUps;
    private final Supplier<LeaseIds> leaseIds;

    /** @param leaseIds asked for with each request, since what they are signed with is in the database */
    public MessagesController(Leases leases, Inboxes inboxes, WakeUps wakeUps, Supplier<LeaseIds> leaseIds) {
        this.leases = leases;
        this.inboxes = inboxes;
        this.wakeUps = wakeUps;
        this.leaseIds = leaseIds;
    }

    @PostMapping("/messages/lease")
    void lease(
            Caller caller,
            @PathVariable("inbox") String inbox,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        caller.require(Scope.INBOX_CONSUME);
        JsonRequest body = JsonRequest.read(request.getInputStream(), Set.of("lease_seconds", "lease_limit", "wait"));
        Duration time = body.seconds("lease_seconds", 1, MOST_SECONDS, DEFAULT_SECONDS);
        int most = body.number("lease_limit", 1, MOST_MESSAGES, DEFAULT_MESSAGES);
        LeaseIds ids = leaseIds.get(); // before anything is handed out
        Duration wait = body.seconds("wait", 0, MOST_WAIT_SECONDS, 0);
        InboxId id = inbox(caller, inbox);
        Tried tried = wakeUps.until(
                caller.org(),
                wait,
                () -> tried(caller, id, most, time),
                answer -> answer.lease().isPresent() || answer.attributes().drained(),
                _ -> leases.untilReturn(caller.org(), id));
        if (tried.attributes().drained()) {
            PausedInbox.refuse(response, tried.attributes());
            return;
        }
        Optional<Lease> lease = tried.lease();
        JsonBody.write(response, (json, out) -> {
            text(json, "lease_id", lease.map(Lease::id).map(ids::write));
            text(json, "leased_until", lease.map(Lease::until).map(MessagesController::text));
            results(json, out, lease.map(Lease::messages).orElse(List.of()));
            PausedInbox.write(json, tried.attributes());
        });
    }

    /** What one attempt to lease found. */
    private record Tried(Optional<Lease> lease, InboxAttributes attributes) {}

    private Tried tried(Caller caller, InboxId inbox, int most, Duration time) {
        Optional<Lease> lease = leases.lease(caller.org(), inbox, most, time);
        return new Tried(lease, lease.map(Lease::attributes).orElseGet(() -> leases.attributes(caller.org(), inbox)));
    }

    /** Pages by cursor, as a URL that holds it: so the contract's clients read it. */
    @GetMapping("/messages")
    void list(
            Caller caller,
            @PathVariable("inbox") String inbox,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        caller.require(Scope.INBOX_READ);
        InboxId id = inbox(caller, inbox);
        Parameters parameters = new Parameters(request, Set.of("cursor", "limit"));
        int limit = parameters.number("limit", 1, MOST_LISTED, DEFAULT_LISTED);
        Cursor cursor = new Cursor(caller.org(), "messages of " + id);
        long after = parameters.text("cursor").map(cursor::read).orElse(0L);
        MessagePage page = inboxes.messages(caller.org(), id, after, limit);
        JsonBody.write(response, (json, out) -> {
            text(
                    json,
                    "next",
                    page.next().isEmpty()
                            ? Optional.empty()
                            : Optional.of(request.getRequestURL() + "?limit=" + limit + "&cursor="
                                    + cursor.at(page.next().getAsLong())));
            json.writeNullProperty("previous");
            results(json, out, page.messages());
        });
    }

    @PostMapping("/messages/ack")
    void acknowledge(
            Caller caller,
            @PathVariable("inbox") String inbox,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Settling settling = settling(caller, inbox, request, Set.of());
        List<Message> done = leases.acknowledge(caller.org(), settling.inbox(), settling.lease(), settling.messages());
        answer(response, "acked_id", settling, done);
    }

    @PostMapping("/messages/release")
    void release(
            Caller caller,
            @PathVariable("inbox") String inbox,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Settling settling = settling(caller, inbox, request, Set.of("delay_seconds"));
        Duration delay = settling.body().seconds("delay_seconds", 0, MOST_DELAY_SECONDS, 0);
        List<Message> released =
                leases.release(caller.org(), settling.inbox(), settling.lease(), settling.messages(), delay);
        answer(response, "released_id", settling, released);
    }

    @PostMapping("/messages/reject")
    void reject(
            Caller caller,
            @PathVariable("inbox") String inbox,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Settling settling = settling(caller, inbox, request, Set.of());
        List<Message> rejected = leases.reject(caller.org(), settling.inbox(), settling.lease(), settling.messages());
        answer(response, "rejected_id", settling, rejected);
    }

    @PostMapping("/messages/renew")
    void renew(
            Caller caller,
            @PathVariable("inbox") String inbox,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        caller.require(Scope.INBOX_CONSUME);
        InboxId id = inbox(caller, inbox);
        JsonRequest body = JsonRequest.read(request.getInputStream(), Set.of("lease_id", "lease_seconds"));
        String lease = body.text("lease_id");
        Duration time = body.seconds("lease_seconds", 1, MOST_SECONDS, DEFAULT_SECONDS);
        Instant until = leases.renew(caller.org(), id, lease(lease, id), time);
        JsonBody.write(response, json -> {
            json.writeStringProperty("lease_id", lease);
            json.writeStringProperty("leased_until", text(until));
        });
    }

    @GetMapping("/stats")
    void stats(Caller caller, @PathVariable("inbox") String inbox, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_READ);
        Stats stats = leases.stats(caller.org(), inbox(caller, inbox));
        JsonBody.write(response, json -> {
            json.writeNumberProperty("available", stats.available());
            json.writeNumberProperty("leased", stats.leased());
            json.writeNumberProperty("quarantined", stats.quarantined());
            text(json, "oldest_at", stats.oldestAt().map(MessagesController::text));
            json.writeNumberProperty("frontier", stats.frontier());
            json.writeNumberProperty("head", stats.head());
        });
    }

    /** What a request that settles messages says. */
    private record Settling(
            InboxId inbox, LeaseId lease, String leaseText, Optional<List<MessageId>> messages, JsonRequest body) {}

    private Settling settling(Caller caller, String inbox, HttpServletRequest request, Set<String> more)
            throws IOException {
        caller.require(Scope.INBOX_CONSUME);
        InboxId id = inbox(caller, inbox);
        Set<String> known = new HashSet<>(more);
        known.add("lease_id");
        known.add("message_ids");
        JsonRequest body = JsonRequest.read(request.getInputStream(), known);
        String text = body.text("lease_id");
        return new Settling(id, lease(text, id), text, body.list("message_ids", MOST_MESSAGES, MessageId::parse), body);
    }

    static InboxId inbox(Caller caller, String text) {
        return InboxesController.id(caller, text);
    }

    private LeaseId lease(String text, InboxId inbox) {
        return leaseIds.get()
                .read(text)
                .filter(lease -> lease.inbox().equals(inbox))
                .orElseThrow(() ->
                        Parameters.invalid("lease_id: " + Limits.cut(text) + " (expected: a lease of this inbox)"));
    }

    private static void answer(HttpServletResponse response, String idName, Settling settling, List<Message> messages)
            throws IOException {
        JsonBody.write(response, (json, out) -> {
            json.writeStringProperty(idName, settling.leaseText());
            results(json, out, messages);
        });
    }

    private static void results(JsonGenerator json, AnswerBuffer out, List<Message> messages) {
        JsonBody.raw(json, "results");
        MessageJson.write(out, messages);
    }

    private static void text(JsonGenerator json, String name, Optional<String> value) {
        value.ifPresentOrElse(text -> json.writeStringProperty(name, text), () -> json.writeNullProperty(name));
    }

    private static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
