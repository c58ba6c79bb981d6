package dev.triggers.inbox;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Outcome;
import java.util.List;
import java.util.Optional;

/** What is known of a submission. */
public sealed interface SubmissionStatus {

    /** In the log, not decided and projected yet. */
    record Pending(Optional<EventId> id) implements SubmissionStatus {}

    /**
     * In the inbox.
     *
     * @param deliveries where it stands
     */
    record Accepted(EventId id, long sequence, List<History.Standing> deliveries) implements SubmissionStatus {}

    /**
     * Not in the inbox.
     *
     * @param id absent when the submission could not be read
     * @param original the submission that was there first
     */
    record Rejected(Optional<EventId> id, Outcome outcome, Optional<Receipt> original, String reason)
            implements SubmissionStatus {}
}
