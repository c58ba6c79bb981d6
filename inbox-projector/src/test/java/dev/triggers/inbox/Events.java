package dev.triggers.inbox;

import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.event.Uuids;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Outcome;
import dev.triggers.common.wire.Rejected;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;

/** Records to project. */
public final class Events {

    /** The day of the first events, one for a run: lately, so that services which run by the clock still keep it. */
    @SuppressWarnings("TimeInStaticInitializer")
    public static final LocalDate DAY = LocalDate.now(ZoneOffset.UTC).minusDays(6);

    public static final Instant START = DAY.atTime(8, 0).toInstant(ZoneOffset.UTC);

    private Events() {}

    /** The partition of a table for a day, as in {@code event_20261123}. */
    public static String partition(String table, LocalDate day) {
        return table + '_' + day.format(DateTimeFormatter.BASIC_ISO_DATE);
    }

    public static OrgId newOrg() {
        return new OrgId(Uuids.ordered(Instant.now()));
    }

    public static Accepted accepted(OrgId org, long sequence) {
        return accepted(org, sequence, "{\"n\":" + sequence + "}");
    }

    public static Accepted accepted(OrgId org, long sequence, String data) {
        return accepted(org, sequence, data, "test.happened", START.plusMillis(sequence));
    }

    public static Accepted accepted(OrgId org, long sequence, String data, String type, Instant at) {
        EventId id = EventId.fresh(at);
        Event event = new Event(
                org,
                id,
                id.toString(),
                "/test",
                new EventType(type),
                Optional.of("größe"),
                at.atOffset(ZoneOffset.UTC),
                Optional.empty(),
                Map.of("region", "eu"),
                Optional.empty(),
                Payload.of(data));
        return new Accepted(event, new Receipt(0, sequence), sequence, at, at);
    }

    /** The same with another id in CloudEvents and another time. */
    public static Accepted with(Accepted accepted, String ceId, OffsetDateTime time) {
        Event event = accepted.event();
        return new Accepted(
                new Event(
                        event.org(),
                        event.id(),
                        ceId,
                        event.source(),
                        event.type(),
                        event.subject(),
                        time,
                        event.dedupId(),
                        event.extensions(),
                        event.traceparent(),
                        event.data()),
                accepted.receipt(),
                accepted.sequence(),
                accepted.receivedAt(),
                accepted.decidedAt());
    }

    /** A submission over the limit, decided at a second. */
    public static Rejected throttled(Event event, long offset, long second) {
        return new Rejected(
                event.org(),
                new Receipt(0, offset),
                Outcome.THROTTLED,
                Optional.of(event),
                Optional.empty(),
                "over the limit",
                START.plusSeconds(second),
                START.plusSeconds(second));
    }

    public static Rejected duplicate(Accepted original, long offset) {
        return new Rejected(
                original.event().org(),
                new Receipt(0, offset),
                Outcome.DUPLICATE,
                Optional.of(original.event()),
                Optional.of(original.receipt()),
                "the same event was accepted as this receipt",
                START,
                START);
    }
}
