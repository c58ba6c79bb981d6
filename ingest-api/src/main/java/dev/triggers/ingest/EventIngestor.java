package dev.triggers.ingest;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Submission;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Takes an event from a caller into the log. "Received" is said only once the log has confirmed it. */
public final class EventIngestor {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final EventLog log;
    private final Budgets budgets;
    private final InstantSource clock;
    private final Duration deadline;

    /** @param deadline the longest a caller waits; what is not confirmed by then is unknown */
    public EventIngestor(EventLog log, Budgets budgets, InstantSource clock, Duration deadline) {
        this.log = log;
        this.budgets = budgets;
        this.clock = clock;
        this.deadline = deadline;
    }

    /** Waits for the log. Throws {@link ProblemException} for everything that is not "received". */
    public Received receive(Caller caller, EventBody body, Context context) {
        caller.require(Scope.EVENTS_WRITE);
        Submission submission = submission(caller, body, context);
        Budget left = taken(caller);
        return new Received(submission.event().id(), appended(submission), left);
    }

    private Budget taken(Caller caller) {
        Budgets.Grant grant = budgets.take(caller, 1);
        if (grant.events() == 0) {
            throw new ProblemException(Problem.retryable(
                    ProblemCode.RATE_LIMITED,
                    "events: over the limit of the org (expected: one more in "
                            + grant.left().untilOne().toMillis() + " ms)",
                    grant.left().untilOne()));
        }
        return grant.left();
    }

    private Submission submission(Caller caller, EventBody body, Context context) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Optional<DedupId> dedupId = dedupId(body, context);
        String source = body.source().orElseGet(() -> Event.defaultSource(caller.org()));
        EventId id =
                dedupId.map(dedup -> EventId.named(caller.org(), source, dedup)).orElseGet(() -> EventId.fresh(now));
        try {
            Event event = new Event(
                    caller.org(),
                    id,
                    id.toString(),
                    source,
                    body.type(),
                    body.subject(),
                    body.time().orElseGet(() -> now.atOffset(ZoneOffset.UTC)),
                    dedupId,
                    Map.of(),
                    context.traceparent(),
                    body.data());
            return new Submission(event, now, caller.plan());
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemCode.INVALID_EVENT, String.valueOf(e.getMessage()));
        }
    }

    private static Optional<DedupId> dedupId(EventBody body, Context context) {
        if (body.dedupId().isPresent()
                && context.dedupId().isPresent()
                && !body.dedupId().equals(context.dedupId())) {
            throw new ProblemException(
                    ProblemCode.INVALID_PARAMETER,
                    "Idempotency-Key: differs from dedup_id (expected: one of them, or both the same)");
        }
        return body.dedupId().or(context::dedupId);
    }

    private Receipt appended(Submission submission) {
        CompletableFuture<Receipt> append = log.append(submission);
        try {
            return append.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw problem(new OutcomeUnknown("the log did not confirm in time", e), submission);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw problem(new OutcomeUnknown("interrupted", e), submission);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AppendFailure failure) {
                throw problem(failure, submission);
            }
            throw problem(new OutcomeUnknown("the log failed", e.getCause()), submission);
        }
    }

    private static ProblemException problem(AppendFailure failure, Submission submission) {
        return switch (failure) {
            case LogUnavailable e ->
                retryable(
                        ProblemCode.LOG_UNAVAILABLE,
                        "log: not reachable now, nothing was stored (expected: reachable)",
                        e);
            case LogOverloaded e ->
                retryable(ProblemCode.OVERLOADED, "in flight: full, nothing was stored (expected: less under way)", e);
            case SubmissionTooLarge e ->
                new ProblemException(
                        Problem.of(ProblemCode.EVENT_TOO_LARGE, "event: larger than the log takes (expected: less)"));
            case OutcomeUnknown e -> retryable(ProblemCode.OUTCOME_UNKNOWN, unknown(submission.event()), e);
        };
    }

    private static String unknown(Event event) {
        return event.dedupId().isPresent()
                ? "log: did not confirm in time, the event may be stored or not; send again with the same dedup id, "
                        + "and it is kept once (expected: confirmed)"
                : "log: did not confirm in time, the event may be stored or not; it had no dedup id, so sending it "
                        + "again may store it twice (expected: confirmed)";
    }

    private static ProblemException retryable(ProblemCode code, String detail, AppendFailure failure) {
        return new ProblemException(code, detail, RETRY_AFTER, failure);
    }
}
