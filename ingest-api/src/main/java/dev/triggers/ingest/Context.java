package dev.triggers.ingest;

import dev.triggers.common.event.DedupId;
import java.util.Optional;

/**
 * What a request says about its events beside its body.
 *
 * @param dedupId the request's {@code Idempotency-Key}
 * @param traceparent well-formed W3C trace context; any other is left out
 */
public record Context(Optional<DedupId> dedupId, Optional<String> traceparent) {

    /** A request that says nothing. */
    public static final Context NONE = new Context(Optional.empty(), Optional.empty());

    public Context {
        traceparent = traceparent.flatMap(TraceParent::wellFormed);
    }
}
