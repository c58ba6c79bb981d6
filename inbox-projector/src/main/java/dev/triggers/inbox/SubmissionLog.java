package dev.triggers.inbox;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import java.util.Optional;

/** The submissions as they stand in the log. */
public interface SubmissionLog {

    /** Whose submission stands at this place, if any does. Throws {@link InboxUnavailable} when the log does not answer. */
    Optional<Entry> at(Receipt receipt);

    /**
     * A submission in the log.
     *
     * @param org absent when it can not be read
     * @param id absent when it can not be read
     */
    record Entry(Optional<OrgId> org, Optional<EventId> id) {}
}
