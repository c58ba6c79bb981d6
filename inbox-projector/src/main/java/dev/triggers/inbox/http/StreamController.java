package dev.triggers.inbox.http;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.Limits;
import dev.triggers.inbox.Feed;
import dev.triggers.inbox.TypePattern;
import dev.triggers.inbox.live.EventStreams;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /v1/stream}: an org's events as they are accepted, as server-sent events. */
@RestController
public final class StreamController {

    private static final Set<String> PARAMETERS = Set.of("after", "types");
    private static final int MOST_TYPES = 50;

    private final EventStreams streams;
    private final Feed feed;
    private final Permits permits;

    public StreamController(EventStreams streams, Feed feed, Permits permits) {
        this.streams = streams;
        this.feed = feed;
        this.permits = permits;
    }

    @GetMapping("/v1/stream")
    void stream(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_READ);
        Parameters parameters = new Parameters(request, PARAMETERS);
        List<TypePattern> types =
                parameters.value("types", StreamController::types).orElse(List.of());
        Optional<Long> after =
                lastEventId(request).or(() -> parameters.value("after", text -> sequence("after", text)));
        EventStreams.Place place = streams.enter(caller.org());
        try {
            long from = after.orElseGet(() -> feed.head(caller.org()));
            FeedSource source = new FeedSource(feed, caller.org(), types, permits.of(request, caller), from);
            SseResponse.begin(request, response, place, source, FeedSource.greeting(from));
        } catch (IOException | RuntimeException e) {
            place.giveBack();
            throw e;
        }
    }

    /** What a client that was cut off sends by itself; it is newer than what the address says. */
    private static Optional<Long> lastEventId(HttpServletRequest request) {
        @Nullable String id = request.getHeader("Last-Event-ID");
        if (id == null || id.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(sequence("Last-Event-ID", id));
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static long sequence(String name, String text) {
        try {
            long sequence = Long.parseLong(text);
            if (sequence >= 0) {
                return sequence;
            }
        } catch (NumberFormatException e) {
            throw noSequence(name, text);
        }
        throw noSequence(name, text);
    }

    private static IllegalArgumentException noSequence(String name, String text) {
        return new IllegalArgumentException(
                name + ": " + Limits.cut(text) + " (expected: a sequence, 0 for all that is kept)");
    }

    private static List<TypePattern> types(String text) {
        List<TypePattern> types = Stream.of(text.split(",", MOST_TYPES + 1))
                .map(TypePattern::parse)
                .toList();
        if (types.size() > MOST_TYPES) {
            throw new IllegalArgumentException("types: more than " + MOST_TYPES + " (expected: fewer)");
        }
        return types;
    }
}
