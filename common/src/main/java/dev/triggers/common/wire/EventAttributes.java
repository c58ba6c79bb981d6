package dev.triggers.common.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;

/** An event's attributes as headers (CloudEvents 1.0, Kafka protocol binding 1.0.2, binary content mode). */
final class EventAttributes {

    private static final byte[] SPEC_VERSION = {'1', '.', '0'};
    private static final byte[] JSON = "application/json".getBytes(UTF_8);

    private EventAttributes() {}

    static void write(Event event, Headers headers) {
        headers.add(HeaderNames.SPEC_VERSION, SPEC_VERSION);
        add(headers, HeaderNames.ID, event.ceId());
        add(headers, HeaderNames.SOURCE, event.source());
        add(headers, HeaderNames.TYPE, event.type().value());
        headers.add(HeaderNames.TIME, Timestamps.write(event.time()));
        event.subject().ifPresent(subject -> add(headers, HeaderNames.SUBJECT, subject));
        headers.add(HeaderNames.CONTENT_TYPE, JSON);
        event.traceparent().ifPresent(trace -> add(headers, HeaderNames.TRACEPARENT, trace));
        add(headers, HeaderNames.EVENT_ID, event.id().toString());
        add(headers, HeaderNames.ORG, event.org().toString());
        event.dedupId().ifPresent(dedup -> add(headers, HeaderNames.DEDUP_ID, dedup.value()));
        event.extensions().forEach((name, value) -> add(headers, HeaderNames.CE + name, value));
    }

    static Event read(RecordHeadersReader reader, byte[] data) {
        try {
            return new Event(
                    reader.value(HeaderNames.ORG, OrgId::parse),
                    reader.value(HeaderNames.EVENT_ID, EventId::parse),
                    reader.text(HeaderNames.ID),
                    reader.text(HeaderNames.SOURCE),
                    reader.value(HeaderNames.TYPE, EventType::new),
                    reader.optional(HeaderNames.SUBJECT),
                    reader.value(HeaderNames.TIME, Timestamps::dateTime),
                    reader.optional(HeaderNames.DEDUP_ID, DedupId::new),
                    reader.extensions(),
                    reader.optional(HeaderNames.TRACEPARENT),
                    Payload.of(data));
        } catch (IllegalArgumentException e) {
            throw new UnreadableRecord(String.valueOf(e.getMessage()), e);
        }
    }

    static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(UTF_8));
    }

    static void add(Headers headers, String name, Instant at) {
        headers.add(name, Timestamps.write(at));
    }
}
