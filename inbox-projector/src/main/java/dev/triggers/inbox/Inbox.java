package dev.triggers.inbox;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import java.util.List;

/** An org's default inbox: every accepted event, until it is acknowledged. Throws {@link InboxUnavailable} when it can not be reached. */
public interface Inbox {

    /** Events in sequence order. */
    Page page(OrgId org, PageRequest request);

    /**
     * Acknowledges events by id, those never leased too. A repeat is harmless. What is answered {@code ACKED} stands in
     * the log and never comes back. Throws {@link DispositionLog.Unavailable} when the log did not take it.
     *
     * @return one result for each id, in order
     */
    List<AckResult> acknowledge(OrgId org, List<EventId> ids);
}
