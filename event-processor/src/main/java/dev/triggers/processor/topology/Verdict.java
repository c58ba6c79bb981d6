package dev.triggers.processor.topology;

import dev.triggers.common.event.Event;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Outcome;
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Submission;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What admission decided about a readable submission. */
sealed interface Verdict {

    /** In: the org's next sequence. */
    record Admitted(long sequence) implements Verdict {}

    /** Out: the same id and content were accepted before. */
    record Duplicate(long originalOffset) implements Verdict {}

    /** Out: the same id was accepted before with other content. */
    record Conflict(long originalOffset) implements Verdict {}

    /** Out: above the limit and the debt allowed. */
    record Throttled(Duration retryAfter) implements Verdict {}

    /** Out: what would have to be written is larger than a record may be. */
    record TooLarge(int bytes, int most) implements Verdict {}

    default Outcome outcome() {
        return switch (this) {
            case Admitted admitted -> Outcome.ACCEPTED;
            case Duplicate duplicate -> Outcome.DUPLICATE;
            case Conflict conflict -> Outcome.CONFLICT;
            case Throttled throttled -> Outcome.THROTTLED;
            case TooLarge tooLarge -> Outcome.DEAD;
        };
    }

    /** The record that tells it. */
    default Outgoing toRecord(Submission submission, Receipt receipt, Instant decidedAt) {
        return switch (this) {
            case Admitted(long sequence) ->
                Outgoing.accepted(
                        new Accepted(submission.event(), receipt, sequence, submission.receivedAt(), decidedAt));
            case Duplicate(long original) ->
                rejected(submission, receipt, decidedAt, original, "the same event was accepted as this receipt");
            case Conflict(long original) ->
                rejected(
                        submission,
                        receipt,
                        decidedAt,
                        original,
                        "another event with the same dedup id was accepted as this receipt");
            case Throttled(Duration retryAfter) ->
                rejected(
                        submission,
                        receipt,
                        decidedAt,
                        Optional.empty(),
                        "over the limit; a token is there in " + retryAfter.toMillis() + " ms",
                        submission.event());
            case TooLarge(int bytes, int most) ->
                rejected(
                        submission,
                        receipt,
                        decidedAt,
                        Optional.empty(),
                        "record: " + bytes + " bytes (expected: at most " + most + ")",
                        withoutData(submission.event()));
        };
    }

    private Outgoing rejected(
            Submission submission, Receipt receipt, Instant decidedAt, long originalOffset, String reason) {
        Optional<Receipt> original = Optional.of(new Receipt(receipt.partition(), originalOffset));
        return rejected(submission, receipt, decidedAt, original, reason, withoutData(submission.event()));
    }

    private Outgoing rejected(
            Submission submission,
            Receipt receipt,
            Instant decidedAt,
            Optional<Receipt> original,
            String reason,
            Event kept) {
        return Outgoing.rejected(new Rejected(
                kept.org(),
                receipt,
                outcome(),
                Optional.of(kept),
                original,
                reason,
                submission.receivedAt(),
                decidedAt));
    }

    private static Event withoutData(Event event) {
        return new Event(
                event.org(),
                event.id(),
                event.ceId(),
                event.source(),
                event.type(),
                event.subject(),
                event.time(),
                event.dedupId(),
                event.extensions(),
                event.traceparent(),
                Payload.NONE);
    }
}
