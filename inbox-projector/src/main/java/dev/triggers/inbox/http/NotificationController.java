package dev.triggers.inbox.http;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.notify.NotificationSettings;
import dev.triggers.inbox.notify.NotificationSettings.State;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/** What an inbox's notifications are signed with and how they go: {@code GET …/notification}, {@code POST …/notification/rotate}. */
@RestController
@RequestMapping({
    "/v1/inboxes/{inbox}/notification",
    "/trigger-inbox/v1/inboxes/{inbox}/notification",
    "/trigger-inbox/api/v1/inboxes/{inbox}/notification",
    "/api/v0/sdk/trigger-inbox/api/v1/inboxes/{inbox}/notification",
    "/api/v1/inboxes/{inbox}/notification"
})
public final class NotificationController {

    private static final int MOST_GRACE_SECONDS = 604_800;
    private static final int DEFAULT_GRACE_SECONDS = 86_400;

    private final NotificationSettings settings;

    public NotificationController(NotificationSettings settings) {
        this.settings = settings;
    }

    @GetMapping
    void find(Caller caller, @PathVariable("inbox") String inbox, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_MANAGE);
        answer(response, inbox, settings.find(caller.org(), InboxesController.id(caller, inbox)));
    }

    @PostMapping("/rotate")
    void rotate(
            Caller caller,
            @PathVariable("inbox") String inbox,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        caller.require(Scope.INBOX_MANAGE);
        Duration grace = JsonRequest.read(request.getInputStream(), Set.of("grace_seconds"))
                .seconds("grace_seconds", 0, MOST_GRACE_SECONDS, DEFAULT_GRACE_SECONDS);
        answer(response, inbox, settings.rotate(caller.org(), InboxesController.id(caller, inbox), grace));
    }

    private static void answer(HttpServletResponse response, String inbox, Optional<State> found) throws IOException {
        State state = found.orElseThrow(() -> new ProblemException(
                ProblemCode.NOT_FOUND, "inbox: " + inbox + " (expected: an inbox of your organisation)"));
        response.setHeader("Cache-Control", "no-store");
        JsonBody.write(response, json -> {
            text(json, "notification_url", state.url());
            json.writeStringProperty("secret", state.secret().reveal());
            text(json, "previous_secret_until", state.previousUntil().map(NotificationController::text));
            text(json, "stopped_at", state.stoppedAt().map(NotificationController::text));
            text(json, "last_attempt_at", state.lastAt().map(NotificationController::text));
            text(json, "last_result", state.lastResult());
        });
    }

    private static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static void text(JsonGenerator json, String name, Optional<String> value) {
        value.ifPresentOrElse(text -> json.writeStringProperty(name, text), () -> json.writeNullProperty(name));
    }
}
