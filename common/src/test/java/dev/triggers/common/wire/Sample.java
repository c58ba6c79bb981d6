package dev.triggers.common.wire;

import static java.util.Map.entry;

import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Began;
import dev.triggers.common.disposition.Disposition.Order;
import dev.triggers.common.disposition.Disposition.Paused;
import dev.triggers.common.disposition.Disposition.Purged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.Disposition.Redriven;
import dev.triggers.common.disposition.Disposition.Replayed;
import dev.triggers.common.disposition.Disposition.Resumed;
import dev.triggers.common.disposition.Disposition.Stamp;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.Tier;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record as the {@link Wire} writes it. Of each kind of record there is one with everything that may be absent, and one
 * without. A new kind needs a line in {@link #all}.
 *
 * @param message the name of the message it is documented as
 */
record Sample(Topic<?, ?> topic, String message, Object value, ProducerRecord<byte[], byte[]> record) {

    private static final OrgId ORG = OrgId.parse("0197a2c4-8f00-7000-8000-000000000001");
    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00.123Z");
    private static final Order ORDER =
            new Order(UUID.fromString("0197a2c4-8f00-7000-8000-00000000000b"), "TlDMXm67", "from_sequence 3");
    private static final Receipt RECEIPT = new Receipt(3, 1234);

    private static final Stamp STAMP = new Stamp(1, 17, RECEIPT, NOW, NOW);

    static List<Sample> all() {
        Event full = full();
        Event least = least(full);
        Plan plan = new Plan(3, Tier.PRO.limit());
        InboxId inbox = InboxId.defaultOf(ORG);
        return List.of(
                of(Topics.INGESTED, "submission", new Submission(full, NOW, plan, Optional.of(RECEIPT))),
                of(Topics.INGESTED, "submission", new Submission(least, NOW, plan)),
                of(Topics.INGESTED, "marker", new Marker(ORG, inbox, 1, Marker.Kind.BEGAN, Start.NOW, NOW)),
                of(Topics.ACCEPTED, "accepted", new Accepted(full, RECEIPT, 17, NOW, NOW)),
                of(Topics.ACCEPTED, "accepted", new Accepted(least, RECEIPT, 17, NOW, NOW)),
                of(Topics.REJECTED, "throttled", rejected(Outcome.THROTTLED, full, Optional.empty())),
                of(Topics.REJECTED, "throttled", rejected(Outcome.THROTTLED, least, Optional.empty())),
                of(Topics.REJECTED, "refused", rejected(Outcome.DUPLICATE, bare(full), Optional.of(RECEIPT))),
                of(Topics.REJECTED, "refused", rejected(Outcome.CONFLICT, bare(full), Optional.of(RECEIPT))),
                of(Topics.REJECTED, "refused", rejected(Outcome.DEAD, bare(least), Optional.empty())),
                of(Topics.REJECTED, "unreadable", unreadable()),
                of(Topics.THROTTLED, "throttle", new Throttle(Duration.ofMillis(59_940))),
                of(Topics.DISPOSITIONS, "acknowledged", new Acknowledged(ORG, inbox, Sequences.of(1, 2, 9), NOW)),
                of(Topics.DISPOSITIONS, "quarantined", new Quarantined(ORG, inbox, Sequences.of(3), NOW)),
                of(Topics.DISPOSITIONS, "redriven", new Redriven(ORG, inbox, Sequences.of(3), NOW, ORDER)),
                of(Topics.DISPOSITIONS, "replayed", new Replayed(ORG, inbox, Sequences.of(3), NOW, ORDER)),
                of(Topics.DISPOSITIONS, "purged", new Purged(ORG, inbox, Sequences.of(3), NOW, ORDER)),
                of(Topics.DISPOSITIONS, "began", new Began(ORG, inbox, Start.from(12), STAMP)),
                of(Topics.DISPOSITIONS, "paused", new Paused(ORG, inbox, STAMP)),
                of(Topics.DISPOSITIONS, "resumed", new Resumed(ORG, inbox, STAMP)),
                deadLetter(new RecordHeaders().add("x", new byte[] {'y'}), Optional.of(new byte[] {1, 2})),
                deadLetter(new RecordHeaders(), Optional.empty()));
    }

    private static <V> Sample of(Topic<OrgId, V> topic, String message, V value) {
        return new Sample(topic, message, value, topic.record(ORG, value));
    }

    private static Sample deadLetter(Headers headers, Optional<byte[]> value) {
        DeadLetter letter = new DeadLetter("triggers.ingested-3@1234", "key: null", headers, value);
        return new Sample(
                Topics.DEAD_LETTERS, "dead-letter", letter, Topics.DEAD_LETTERS.record(new byte[] {7}, letter));
    }

    private static Rejected rejected(Outcome outcome, Event event, Optional<Receipt> original) {
        return new Rejected(ORG, RECEIPT, outcome, Optional.of(event), original, "why", NOW, NOW);
    }

    private static Rejected unreadable() {
        return new Rejected(ORG, RECEIPT, Outcome.DEAD, Optional.empty(), Optional.empty(), "why", NOW, NOW);
    }

    private static Event full() {
        return new Event(
                ORG,
                EventId.parse("0197a2c4-8f00-7000-8000-00000000000a"),
                "their-id",
                "/shop",
                new EventType("order.created"),
                Optional.of("größe"),
                OffsetDateTime.parse("2026-11-23T10:00:00+02:00"),
                Optional.of(new DedupId("order-1")),
                Map.ofEntries(entry("region", "eu"), entry("tracestate", "a=b")),
                Optional.of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
                Payload.of("{ \"a\" : 1.0 }"));
    }

    private static Event least(Event full) {
        return new Event(
                full.org(),
                full.id(),
                full.ceId(),
                full.source(),
                full.type(),
                Optional.empty(),
                full.time(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                full.data());
    }

    /** Without its data, as it is kept where nobody redrives it. */
    private static Event bare(Event event) {
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
