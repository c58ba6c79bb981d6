package dev.triggers.common.disposition;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import java.time.Instant;
import java.util.UUID;

/** A decision about sequences of an inbox, applied by the projector in log order. Applying one twice changes nothing. */
public sealed interface Disposition {

    OrgId org();

    InboxId inbox();

    /** What it is about. None where it is about an inbox as a whole. */
    Sequences sequences();

    /** When it was decided, by the deciding instance's clock. For people; the order is the log's. */
    Instant at();

    /** These were handled and never come back. */
    record Acknowledged(OrgId org, InboxId inbox, Sequences sequences, Instant at) implements Disposition {}

    /** These failed too often, or were rejected: they stay, and are not handed out again. */
    record Quarantined(OrgId org, InboxId inbox, Sequences sequences, Instant at) implements Disposition {}

    /** A marker has its place in the org's order: the one thing that the processor decides about an inbox. */
    sealed interface Stamped extends Disposition {

        Stamp stamp();

        @Override
        default Sequences sequences() {
            return Sequences.NONE;
        }

        @Override
        default Instant at() {
            return stamp().decidedAt();
        }
    }

    /** The inbox takes what is accepted from its start on. */
    record Began(OrgId org, InboxId inbox, Start start, Stamp stamp) implements Stamped {

        /** The first sequence that may enter. */
        public long first() {
            return start.first(stamp.sequence());
        }
    }

    /** What comes after the stamped sequence does not enter. */
    record Paused(OrgId org, InboxId inbox, Stamp stamp) implements Stamped {}

    /** What comes after the stamped sequence enters again. */
    record Resumed(OrgId org, InboxId inbox, Stamp stamp) implements Stamped {}

    /**
     * Where in the org's order a marker was met.
     *
     * @param number of the marker among those of its inbox, from 1
     * @param sequence the org's last one then; 0: none was accepted yet
     * @param receipt where the marker stands in {@code ingested}
     * @param receivedAt when the log took the marker
     * @param decidedAt by the processor's decision time
     */
    record Stamp(int number, long sequence, Receipt receipt, Instant receivedAt, Instant decidedAt) {}

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
