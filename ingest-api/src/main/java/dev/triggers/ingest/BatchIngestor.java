package dev.triggers.ingest;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.time.Duration;
import java.time.InstantSource;

/** Takes batches of events from callers into the log, each event for itself. */
public final class BatchIngestor {

    /** Characters that an index and its slash add to a key. */
    private static final int INDEX_CHARS = 5;

    private final EventLog log;
    private final Budgets budgets;
    private final Submissions submissions;
    private final BatchPolicy policy;

    public BatchIngestor(EventLog log, Budgets budgets, InstantSource clock, BatchPolicy policy) {
        this.log = log;
        this.budgets = budgets;
        this.submissions = new Submissions(clock);
        this.policy = policy;
    }

    /** Begins a batch. Throws {@link ProblemException} where the caller may not, or its key leaves no room for an index. */
    public Batch begin(Caller caller, Context context) {
        caller.require(Scope.EVENTS_WRITE);
        int most = Limits.DEDUP_ID_CHARS - INDEX_CHARS;
        context.dedupId()
                .map(key -> key.value().codePointCount(0, key.value().length()))
                .ifPresent(chars -> {
                    if (chars > most) {
                        throw new ProblemException(
                                ProblemCode.INVALID_PARAMETER,
                                "Idempotency-Key: " + chars + " characters (expected: 1 to " + most + " with a batch)");
                    }
                });
        return new Batch(caller, context, log, budgets, submissions, policy);
    }

    /**
     * What one batch may do.
     *
     * @param events of it under way to the log at once
     * @param bytes of their data
     * @param appendWithin how long events are appended; those after it are to be sent again
     */
    public record BatchPolicy(int events, long bytes, Duration appendWithin) {}
}
