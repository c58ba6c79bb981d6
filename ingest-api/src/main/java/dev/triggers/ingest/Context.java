package dev.triggers.ingest;

import dev.triggers.common.event.DedupId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a request says about an event beside its body.
 *
 * @param dedupId the request's {@code Idempotency-Key}
 * @param traceparent well-formed W3C trace context
 */
public record Context(Optional<DedupId> dedupId, Optional<String> traceparent) {

    /** A request that says nothing. */
    public static final Context NONE = new Context(Optional.empty(), Optional.empty());

    private static final Pattern TRACEPARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    public Context {
        traceparent = traceparent.filter(text -> TRACEPARENT.matcher(text).matches());
    }
}
