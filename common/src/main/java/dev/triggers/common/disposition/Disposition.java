package dev.triggers.common.disposition;

import dev.triggers.common.event.OrgId;
import java.time.Instant;
import java.util.UUID;

/** A decision about sequences of an inbox, applied by the projector in log order. Applying one twice changes nothing. */
public sealed interface Disposition {

    OrgId org();

    InboxId inbox();

    /** What it is about. */
    Sequences sequences();

    /** When it was decided, by the deciding instance's clock. For people; the order is the log's. */
    Instant at();

    /** These were handled and never come back. */
    record Acknowledged(OrgId org, InboxId inbox, Sequences sequences, Instant at) implements Disposition {}

    /** These failed too often, or were rejected: they stay, and are not handed out again. */
    record Quarantined(OrgId org, InboxId inbox, Sequences sequences, Instant at) implements Disposition {}

    /** Somebody asked for it, and it can be looked up who. */
    sealed interface Ordered extends Disposition {

        Order order();
    }

    /** Those of these that are quarantined may be handed out again, as if never handed out. */
    record Redriven(OrgId org, InboxId inbox, Sequences sequences, Instant at, Order order) implements Ordered {}

    /** Those of these that are done are open again. */
    record Replayed(OrgId org, InboxId inbox, Sequences sequences, Instant at, Order order) implements Ordered {}

    /** These were given up unread and never come back. */
    record Purged(OrgId org, InboxId inbox, Sequences sequences, Instant at, Order order) implements Ordered {}

    /**
     * Who asked for what.
     *
     * @param id names it for good
     * @param keyId the API key's public part
     * @param asked the request in a few words, such as {@code from_sequence 12}
     */
    record Order(UUID id, String keyId, String asked) {}
}
