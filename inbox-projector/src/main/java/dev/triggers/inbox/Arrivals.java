package dev.triggers.inbox;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;

/** What enters inboxes as it arrives. Throws {@link InboxUnavailable} when it can not be reached. */
public interface Arrivals {

    /** The sequence behind which what arrives from now on stands. Throws {@code not_found} where there is no such inbox. */
    long now(OrgId org, InboxId inbox);

    /** What entered an inbox behind a sequence, a bounded step. Throws {@code not_found} where there is no such inbox. */
    Arrived after(OrgId org, InboxId inbox, long sequence);

    /**
     * A step.
     *
     * @param count messages that entered
     * @param through looked at up to here
     * @param more there is something behind that already
     */
    record Arrived(long count, long through, boolean more) {}
}
