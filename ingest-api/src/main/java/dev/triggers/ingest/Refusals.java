package dev.triggers.ingest;

import dev.triggers.common.event.Event;
import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import java.time.Duration;

/** What a producer is told of an event that is not kept for reasons beyond the event. */
final class Refusals {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private Refusals() {}

    static Problem overLimit(Budget left) {
        return Problem.retryable(
                ProblemCode.RATE_LIMITED,
                "events: over the limit of the org (expected: one more in "
                        + left.untilOne().toMillis() + " ms)",
                left.untilOne());
    }

    static Problem of(AppendFailure failure, Event event) {
        return switch (failure) {
            case LogUnavailable _ ->
                retryable(
                        ProblemCode.LOG_UNAVAILABLE,
                        "log: not reachable now, nothing was stored (expected: reachable)");
            case LogOverloaded _ ->
                retryable(ProblemCode.OVERLOADED, "in flight: full, nothing was stored (expected: less under way)");
            case SubmissionTooLarge _ ->
                Problem.of(ProblemCode.EVENT_TOO_LARGE, "event: larger than the log takes (expected: less)");
            case OutcomeUnknown _ -> retryable(ProblemCode.OUTCOME_UNKNOWN, unknown(event));
        };
    }

    /** What comes after an event of its batch that the log did not confirm. */
    static Problem notTried() {
        return retryable(
                ProblemCode.LOG_UNAVAILABLE,
                "log: did not confirm an event before this one, nothing of this one was stored (expected: reachable)");
    }

    /** What a batch has no time left for. */
    static Problem outOfTime() {
        return retryable(ProblemCode.OVERLOADED, "batch: out of time, nothing was stored (expected: sooner)");
    }

    private static String unknown(Event event) {
        return event.dedupId().isPresent()
                ? "log: did not confirm in time, the event may be stored or not; send again with the same dedup id, "
                        + "and it is kept once (expected: confirmed)"
                : "log: did not confirm in time, the event may be stored or not; it had no dedup id, so sending it "
                        + "again may store it twice (expected: confirmed)";
    }

    private static Problem retryable(ProblemCode code, String detail) {
        return Problem.retryable(code, detail, RETRY_AFTER);
    }
}
