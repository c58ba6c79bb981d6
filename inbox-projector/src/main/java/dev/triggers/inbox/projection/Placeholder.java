package dev.triggers.inbox.projection;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.event.Uuids;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.HeaderNames;
import dev.triggers.common.wire.Rejected;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * What stands in the tables for a record that can not be kept: its place and its identities, nothing of what it said.
 * It is made of the record alone, so that it is the same each time the log is read.
 */
public final class Placeholder {

    /** The type of an event that could not be kept. */
    public static final EventType TYPE = new EventType("dev.triggers.unreadable");

    private static final String DATA = "{}";
    private static final String REASON = "unreadable: see triggers.dead-letters";
    private static final Receipt UNKNOWN = new Receipt(0, 0);

    private Placeholder() {}

    /** Whether an event is one. */
    public static boolean is(String type, Payload data) {
        return type.equals(TYPE.value()) && data.equals(Payload.of(DATA));
    }

    public static Accepted of(Accepted accepted) {
        return new Accepted(
                event(accepted.event().org(), accepted.event().id(), accepted.receivedAt()),
                accepted.receipt(),
                accepted.sequence(),
                accepted.receivedAt(),
                accepted.decidedAt());
    }

    public static Rejected of(Rejected rejected) {
        return new Rejected(
                rejected.org(),
                rejected.receipt(),
                rejected.outcome(),
                Optional.empty(),
                rejected.original(),
                REASON,
                rejected.receivedAt(),
                rejected.decidedAt());
    }

    /** Of a record of {@code triggers.accepted} that can not be read; empty when not even its org and sequence can be. */
    static Optional<Accepted> of(ConsumerRecord<byte[], byte[]> record) {
        Optional<OrgId> org = header(record, HeaderNames.ORG, OrgId::parse);
        Optional<Long> sequence =
                header(record, HeaderNames.SEQUENCE, Long::valueOf).filter(s -> s > 0);
        if (org.isEmpty() || sequence.isEmpty()) {
            return Optional.empty();
        }
        Instant written = Instant.ofEpochMilli(record.timestamp());
        EventId id = header(record, HeaderNames.EVENT_ID, EventId::parse).orElseGet(() -> derived(record));
        Instant decidedAt =
                header(record, HeaderNames.DECIDED_AT, Instant::parse).orElse(written);
        Instant receivedAt =
                header(record, HeaderNames.RECEIVED_AT, Instant::parse).orElse(decidedAt);
        return Optional.of(new Accepted(
                event(org.get(), id, receivedAt),
                header(record, HeaderNames.RECEIPT, Receipt::parse).orElse(UNKNOWN),
                sequence.get(),
                receivedAt,
                decidedAt));
    }

    private static EventId derived(ConsumerRecord<byte[], byte[]> record) {
        String place = record.topic() + "-" + record.partition() + "@" + record.offset();
        return new EventId(Uuids.derived(place.getBytes(UTF_8)));
    }

    private static <T> Optional<T> header(
            ConsumerRecord<byte[], byte[]> record, String name, Function<String, T> parse) {
        Header header = record.headers().lastHeader(name);
        if (header == null || header.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(new String(header.value(), UTF_8)));
        } catch (RuntimeException e) {
            return Optional.empty(); // that is why it is unreadable
        }
    }

    private static Event event(OrgId org, EventId id, Instant at) {
        return new Event(
                org,
                id,
                id.toString(),
                Event.defaultSource(org),
                TYPE,
                Optional.empty(),
                at.atOffset(ZoneOffset.UTC),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Payload.of(DATA));
    }
}
