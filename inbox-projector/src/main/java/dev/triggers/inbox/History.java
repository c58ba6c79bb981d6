package dev.triggers.inbox;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an org's events were, whatever its inboxes did with them, for as long as they are kept. Throws
 * {@link InboxUnavailable} when it can not be reached.
 */
public interface History {

    /** Accepted events in sequence order, or the other way round. */
    Events page(OrgId org, EventsRequest request);

    /** An event id with all that became of it. Empty: nothing of the org carries it. */
    Optional<Story> find(OrgId org, EventId id);

    /** Submissions that were not accepted, oldest decision first. */
    Rejections rejections(OrgId org, RejectionsRequest request);

    /**
     * Which events are asked for.
     *
     * @param cursor go on behind this sequence
     * @param limit 1 to 1,000
     * @param after only those accepted later
     * @param before only those accepted earlier
     */
    record EventsRequest(
            OptionalLong cursor,
            int limit,
            TypePattern type,
            Optional<Instant> after,
            Optional<Instant> before,
            boolean newestFirst) {}

    /** A page. {@code next}: the cursor of the next one, where there may be more. Ends at 8 MiB of data too. */
    record Events(List<PastEvent> events, OptionalLong next) {}

    /** An accepted event. */
    record PastEvent(
            EventId id,
            long sequence,
            Receipt receipt,
            EventType type,
            String source,
            Optional<String> subject,
            Instant time,
            Instant acceptedAt,
            Payload data) {}

    /**
     * An event id with its past.
     *
     * @param event as it was accepted last; empty: it never was
     * @param attempts its submissions, oldest first, the last 100
     * @param inboxes where it stands
     */
    record Story(Optional<PastEvent> event, List<Attempt> attempts, List<Standing> inboxes) {}

    /**
     * One submission of an event id, or one that could not be read.
     *
     * @param event absent when it could not be read
     * @param sequence of an accepted one
     * @param original of a duplicate or conflict: what was there first
     * @param reason of all but accepted ones: why, in words
     */
    record Attempt(
            Receipt receipt,
            Outcome outcome,
            Optional<EventId> event,
            Optional<String> type,
            Instant submittedAt,
            Instant decidedAt,
            OptionalLong sequence,
            Optional<Receipt> original,
            Optional<String> reason) {}

    /**
     * How an event stands in one inbox.
     *
     * @param key empty: the inbox has none
     */
    record Standing(InboxId inbox, Optional<String> key, Message.Status status, int leaseCount) {}

    /** Where a page of rejections ended. */
    record Place(Instant decidedAt, Receipt receipt) {}

    /**
     * Which rejections are asked for.
     *
     * @param limit 1 to 1,000
     */
    record RejectionsRequest(Optional<Place> cursor, int limit, Optional<Outcome> outcome) {}

    /** A page of rejections. */
    record Rejections(List<Attempt> rejections, Optional<Place> next) {}
}
