package dev.triggers.common.wire;

import static dev.triggers.common.wire.Topic.topic;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.event.OrgId;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** The table of topics: all there are, with what they hold and how long. */
public final class Topics {

    /** Org ids as keys: the UUID's text, so that any tool can read them. */
    public static final Serde<OrgId> ORG_ID = OrgIdSerde.create();

    public static final Topic<OrgId, Ingested> INGESTED = topic(
                    "ingested", ORG_ID, Ingested.WIRE, TopicContracts.INGESTED)
            .stampedByTheLog()
            .retain(ofDays(7));
    public static final Topic<OrgId, Accepted> ACCEPTED =
            topic("accepted", ORG_ID, Accepted.WIRE, TopicContracts.ACCEPTED).retain(ofDays(31));
    public static final Topic<OrgId, Rejected> REJECTED =
            topic("rejected", ORG_ID, Rejected.WIRE, TopicContracts.REJECTED).retain(ofDays(31));
    /** Compacted, so that whoever starts reads little; and deleted after a day, because a wait is over long before. */
    public static final Topic<OrgId, Throttle> THROTTLED = topic(
                    "throttled", ORG_ID, Throttle.WIRE, TopicContracts.THROTTLED)
            .stampedByTheLog()
            .compactedAndRetained(ofDays(1))
            .segmented(ofHours(1));

    public static final Topic<OrgId, Disposition> DISPOSITIONS = topic(
                    "dispositions", ORG_ID, DispositionWire.INSTANCE, TopicContracts.DISPOSITIONS)
            .retain(ofDays(31));
    public static final Topic<byte[], DeadLetter> DEAD_LETTERS = topic(
                    "dead-letters", Serdes.ByteArray(), DeadLetter.WIRE, TopicContracts.DEAD_LETTERS)
            .retain(ofDays(30));

    private Topics() {}

    public static List<Topic<?, ?>> all() {
        return List.of(INGESTED, ACCEPTED, REJECTED, THROTTLED, DISPOSITIONS, DEAD_LETTERS);
    }
}
