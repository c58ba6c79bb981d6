package dev.triggers.inbox.http;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.inbox.Arrivals;
import dev.triggers.inbox.live.EventStreams;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /inboxes/{id}/events} of the Trigger Inbox contract: a stream that says when something arrived. */
@RestController
@RequestMapping({
    "/v1/inboxes/{inbox}",
    "/trigger-inbox/v1/inboxes/{inbox}",
    "/trigger-inbox/api/v1/inboxes/{inbox}",
    "/api/v0/sdk/trigger-inbox/api/v1/inboxes/{inbox}",
    "/api/v1/inboxes/{inbox}"
})
public final class SignalController {

    private static final byte[] GREETING = "retry: 2000\n\n".getBytes(StandardCharsets.UTF_8);

    private final EventStreams streams;
    private final Arrivals arrivals;
    private final Permits permits;

    public SignalController(EventStreams streams, Arrivals arrivals, Permits permits) {
        this.streams = streams;
        this.arrivals = arrivals;
        this.permits = permits;
    }

    @GetMapping("/events")
    void events(
            Caller caller,
            @PathVariable("inbox") String inbox,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        caller.require(Scope.INBOX_READ);
        Parameters _ = new Parameters(request, Set.of());
        InboxId id = InboxesController.id(caller, inbox);
        EventStreams.Place place = streams.enter(caller.org());
        try {
            long from = arrivals.now(caller.org(), id);
            InboxSignal source = new InboxSignal(arrivals, caller.org(), id, permits.of(request, caller), from);
            SseResponse.begin(request, response, place, source, GREETING);
        } catch (IOException | RuntimeException e) {
            place.giveBack();
            throw e;
        }
    }
}
