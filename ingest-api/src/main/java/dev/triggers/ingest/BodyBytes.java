package dev.triggers.ingest;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes of request bodies may be held at once, half of them by one org, so that one that sends slowly or much
 * leaves room for the others. Safe for use by many threads; never waits.
 */
public final class BodyBytes {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final long most;
    private final AtomicLong held = new AtomicLong();
    /** Only orgs that hold something. */
    private final ConcurrentMap<OrgId, Long> heldByOrg = new ConcurrentHashMap<>();

    public BodyBytes(long most) {
        this.most = most;
    }

    /** Throws {@link ProblemException}, {@code overloaded}, where there is no room for so many more. */
    public void hold(OrgId org, long bytes) {
        long all = held.addAndGet(bytes);
        @Nullable Long ofOrg = heldByOrg.merge(org, bytes, Long::sum);
        if (all > most || (ofOrg != null && ofOrg > most / 2)) {
            release(org, bytes);
            throw new ProblemException(Problem.retryable(
                    ProblemCode.OVERLOADED,
                    "bodies: too many under way, nothing of this one was stored (expected: fewer)",
                    RETRY_AFTER));
        }
    }

    public void release(OrgId org, long bytes) {
        held.addAndGet(-bytes);
        heldByOrg.computeIfPresent(org, (_, before) -> before == bytes ? null : before - bytes);
    }

    /** Bytes held now. */
    public long held() {
        return held.get();
    }
}
