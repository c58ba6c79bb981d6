package dev.triggers.ingest.http;

import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.ingest.Context;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a request's headers say about its events. */
final class RequestContext {

    private static final String KEY = "Idempotency-Key";

    private RequestContext() {}

    /** Throws {@link ProblemException} where there is a key that is none. */
    static Context of(HttpServletRequest request) {
        @Nullable String key = request.getHeader(KEY);
        return new Context(
                Optional.ofNullable(key).map(RequestContext::dedupId),
                Optional.ofNullable(request.getHeader("traceparent")));
    }

    private static DedupId dedupId(String key) {
        try {
            return new DedupId(key);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    ProblemCode.INVALID_PARAMETER,
                    KEY + ": " + Limits.cut(key) + " (expected: 1 to 255 printable characters)");
        }
    }
}
