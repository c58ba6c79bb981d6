package dev.triggers.ingest;

import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of request bodies may be held at once. Safe for use by many threads; never waits. */
public final class BodyBytes {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final long most;
    private final AtomicLong held = new AtomicLong();

    public BodyBytes(long most) {
        this.most = most;
    }

    /** Throws {@link ProblemException}, {@code overloaded}, where there is no room for so many more. */
    public void hold(long bytes) {
        if (held.addAndGet(bytes) > most) {
            release(bytes);
            throw new ProblemException(Problem.retryable(
                    ProblemCode.OVERLOADED,
                    "bodies: too many under way, nothing of this one was stored (expected: fewer)",
                    RETRY_AFTER));
        }
    }

    public void release(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Bytes held now. */
    public long held() {
        return held.get();
    }
}
