package dev.triggers.inbox.http;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.InboxStatus;
import dev.triggers.inbox.Inboxes;
import dev.triggers.inbox.Inboxes.Ensured;
import dev.triggers.inbox.Inboxes.ListRequest;
import dev.triggers.inbox.Inboxes.Listing;
import dev.triggers.inbox.Inboxes.NewInbox;
import dev.triggers.inbox.NamedInbox;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/**
 * Inboxes, made and looked after: the Trigger Inbox contract under all the base paths that its clients send. An inbox is
 * named by its id, or as {@code default}.
 */
@RestController
@RequestMapping({
    "/v1/inboxes",
    "/trigger-inbox/v1/inboxes",
    "/trigger-inbox/api/v1/inboxes",
    "/api/v0/sdk/trigger-inbox/api/v1/inboxes",
    "/api/v1/inboxes"
})
public final class InboxesController {

    private static final Set<String> OF_LIST = Set.of("key", "name", "status", "limit", "offset");
    private static final Set<String> OF_NEW = Set.of("key", "name", "subscription", "notification_url", "start");
    private static final int MOST_LISTED = 1_000;
    private static final int DEFAULT_LISTED = 100;
    private static final int MOST_OFFSET = 1_000_000;
    private static final int CREATED = 201;

    private final Inboxes inboxes;

    public InboxesController(Inboxes inboxes) {
        this.inboxes = inboxes;
    }

    @GetMapping
    void list(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_READ);
        Parameters parameters = new Parameters(request, OF_LIST);
        Optional<String> key = parameters.text("key").or(() -> parameters.text("name"));
        Optional<InboxStatus> status = parameters.value("status", InboxStatus::parse);
        int limit = parameters.number("limit", 1, MOST_LISTED, DEFAULT_LISTED);
        int offset = parameters.number("offset", 0, MOST_OFFSET, 0);
        Listing listing = inboxes.list(caller.org(), new ListRequest(key, status, limit, offset));
        String base = request.getRequestURL() + "?"
                + key.map(k -> "key=" + URLEncoder.encode(k, StandardCharsets.UTF_8) + "&")
                        .orElse("")
                + status.map(s -> "status=" + s + "&").orElse("") + "limit=" + limit + "&offset=";
        JsonBody.write(response, json -> {
            json.writeNumberProperty("count", listing.count());
            boolean more = offset + listing.inboxes().size() < listing.count() && offset + limit <= MOST_OFFSET;
            text(json, "next", more ? Optional.of(base + (offset + limit)) : Optional.empty());
            text(json, "previous", offset > 0 ? Optional.of(base + Math.max(0, offset - limit)) : Optional.empty());
            json.writeArrayPropertyStart("results");
            for (NamedInbox inbox : listing.inboxes()) {
                json.writeStartObject();
                write(json, inbox);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    @PostMapping
    void create(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_MANAGE);
        NamedInbox made = inboxes.create(caller.org(), asked(caller.org(), request));
        response.setStatus(CREATED);
        answer(response, made);
    }

    @PutMapping
    void ensure(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_MANAGE);
        NewInbox asked = asked(caller.org(), request);
        if (asked.key().isEmpty()) {
            throw Parameters.invalid("key: missing (expected: a text)");
        }
        Ensured ensured = inboxes.ensure(caller.org(), asked);
        if (ensured.created()) {
            response.setStatus(CREATED);
        }
        answer(response, ensured.inbox());
    }

    private NewInbox asked(OrgId org, HttpServletRequest request) throws IOException {
        return InboxBody.read(request.getInputStream(), OF_NEW).inbox(time -> inboxes.startAt(org, time));
    }

    @GetMapping("/{inbox}")
    void find(Caller caller, @PathVariable("inbox") String inbox, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_READ);
        answer(response, inboxes.find(caller.org(), id(caller, inbox)));
    }

    @PatchMapping("/{inbox}")
    void change(
            Caller caller,
            @PathVariable("inbox") String inbox,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        caller.require(Scope.INBOX_MANAGE);
        InboxId id = id(caller, inbox);
        InboxBody body = InboxBody.read(request.getInputStream(), Set.of("notification_url"));
        answer(
                response,
                body.has("notification_url")
                        ? inboxes.notifyAt(caller.org(), id, body.notificationUrl())
                        : inboxes.find(caller.org(), id));
    }

    @DeleteMapping("/{inbox}")
    void delete(Caller caller, @PathVariable("inbox") String inbox, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_MANAGE);
        answer(response, inboxes.delete(caller.org(), id(caller, inbox)));
    }

    @PostMapping("/{inbox}/pause")
    void pause(Caller caller, @PathVariable("inbox") String inbox, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_MANAGE);
        answer(response, inboxes.pause(caller.org(), id(caller, inbox)));
    }

    @PostMapping("/{inbox}/resume")
    void resume(Caller caller, @PathVariable("inbox") String inbox, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_MANAGE);
        answer(response, inboxes.resume(caller.org(), id(caller, inbox)));
    }

    /** An inbox as requests name it. */
    static InboxId id(Caller caller, String text) {
        if (text.equals("default")) {
            return InboxId.defaultOf(caller.org());
        }
        try {
            return InboxId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static void answer(HttpServletResponse response, NamedInbox inbox) throws IOException {
        JsonBody.write(response, json -> write(json, inbox));
    }

    private static void write(JsonGenerator json, NamedInbox inbox) {
        json.writeStringProperty("id", inbox.id().toString());
        json.writeStringProperty(
                "created_at", inbox.createdAt().truncatedTo(ChronoUnit.MILLIS).toString());
        text(json, "key", inbox.key());
        text(json, "name", inbox.key());
        json.writeStringProperty("status", inbox.status().toString());
        text(json, "paused_reason", inbox.pausedReason());
        text(json, "notification_url", inbox.notificationUrl());
        json.writeObjectPropertyStart("subscription");
        json.writeName("connection_id");
        json.writeRawValue(inbox.subscription().connectionId());
        json.writeStringProperty("app_key", inbox.subscription().appKey());
        json.writeStringProperty("action_key", inbox.subscription().actionKey());
        json.writeName("inputs");
        json.writeRawValue(inbox.subscription().inputs());
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String name, Optional<String> value) {
        value.ifPresentOrElse(text -> json.writeStringProperty(name, text), () -> json.writeNullProperty(name));
    }
}
