package dev.triggers.ingest.http;

import dev.triggers.access.Caller;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.ingest.BodyBytes;
import dev.triggers.ingest.http.Body.Bound;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;

/**
 * Opens the bodies of requests. Those of single events and those of batches have a bound each on the bytes held at once,
 * so that large and slow batches leave single events their room.
 */
public final class EventBodies {

    /** Bytes of one event in JSON. */
    static final int EVENT_BYTES = Limits.DATA_BYTES + Limits.ENVELOPE_BYTES;

    private final BodyBytes singles;
    private final BodyBytes batches;
    private final Bound single;
    private final Bound batch;

    /** @param within how long a body may take to come */
    public EventBodies(BodyBytes singles, BodyBytes batches, Duration within) {
        this.singles = singles;
        this.batches = batches;
        this.single = new Bound(EVENT_BYTES, ProblemCode.EVENT_TOO_LARGE, within);
        this.batch = new Bound(Limits.BATCH_BYTES, ProblemCode.BATCH_TOO_LARGE, within);
    }

    Body single(Caller caller, HttpServletRequest request) {
        return open(caller, request, single, singles);
    }

    Body batch(Caller caller, HttpServletRequest request) {
        return open(caller, request, batch, batches);
    }

    private static Body open(Caller caller, HttpServletRequest request, Bound bound, BodyBytes bytes) {
        try {
            return new Body(
                    request.getInputStream(),
                    MediaTypes.compressed(request),
                    request.getContentLengthLong(),
                    bound,
                    bytes,
                    caller.org());
        } catch (IOException e) {
            throw new ProblemException(ProblemCode.MALFORMED_JSON, "body: broken off (expected: all of it)");
        }
    }
}
