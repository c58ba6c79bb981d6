package dev.triggers.ingest;

import dev.triggers.access.Caller;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.HeaderNames;
import dev.triggers.common.wire.Submission;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Makes a submission of what a producer wrote: names the event and fills in what was left out. */
record Submissions(InstantSource clock) {

    /** Of an event posted alone. Throws {@link ProblemException} where two dedup ids differ, or an attribute is invalid. */
    Submission single(Caller caller, EventBody body, Context context) {
        if (body.dedupId().isPresent()
                && context.dedupId().isPresent()
                && !body.dedupId().equals(context.dedupId())) {
            String member = body.ceId().isPresent() ? "id" : "dedup_id";
            throw new ProblemException(
                    ProblemCode.INVALID_PARAMETER,
                    "Idempotency-Key: differs from " + member + " (expected: one of them, or both the same)");
        }
        return of(caller, body, body.dedupId().or(context::dedupId), context.traceparent());
    }

    /** Of an event at an index of a batch: its own dedup id, or else {@code key/index} where the request has a key. */
    Submission indexed(Caller caller, EventBody body, Context context, int index) {
        Optional<DedupId> dedupId =
                body.dedupId().or(() -> context.dedupId().map(key -> new DedupId(key.value() + "/" + index)));
        return of(caller, body, dedupId, context.traceparent());
    }

    private Submission of(Caller caller, EventBody body, Optional<DedupId> dedupId, Optional<String> traceparent) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String source = body.source().orElseGet(() -> Event.defaultSource(caller.org()));
        EventId id =
                dedupId.map(dedup -> EventId.named(caller.org(), source, dedup)).orElseGet(() -> EventId.fresh(now));
        try {
            Event event = new Event(
                    caller.org(),
                    id,
                    body.ceId().orElseGet(id::toString),
                    source,
                    body.type(),
                    body.subject(),
                    body.time().orElseGet(() -> now.atOffset(ZoneOffset.UTC)),
                    dedupId,
                    body.extensions(),
                    Optional.of(trace(body, traceparent)),
                    body.data());
            return new Submission(event, now, caller.plan());
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.INVALID_EVENT, String.valueOf(e.getMessage()));
        }
    }

    /** The request's trace, or else the event's own (CloudEvents extension Distributed Tracing), or else a fresh one. */
    private static String trace(EventBody body, Optional<String> traceparent) {
        return traceparent
                .or(() -> Optional.ofNullable(body.extensions().get(HeaderNames.TRACEPARENT))
                        .flatMap(TraceParent::wellFormed))
                .orElseGet(TraceParent::fresh);
    }
}
