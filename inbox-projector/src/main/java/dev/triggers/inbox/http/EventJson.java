package dev.triggers.inbox.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.triggers.common.wire.Timestamps;
import dev.triggers.inbox.InboxEvent;
import dev.triggers.inbox.Message.Status;
import java.util.List;

/** Events of a page as JSON, put together from bytes like {@link MessageJson}. */
final class EventJson {

    private static final byte[] ID = ascii("{\"id\":\"");
    private static final byte[] SEQUENCE = ascii("\",\"sequence\":");
    private static final byte[] TYPE = ascii(",\"type\":\"");
    private static final byte[] SOURCE = ascii("\",\"source\":\"");
    private static final byte[] SUBJECT = ascii("\",\"subject\":\"");
    private static final byte[] TIME = ascii("\",\"time\":\"");
    private static final byte[] NO_SUBJECT = ascii("\",\"subject\":null,\"time\":\"");
    private static final byte[] LEASE_COUNT = ascii("\",\"lease_count\":");
    private static final byte[] BEGIN = ascii("[");
    private static final byte[] COMMA = ascii("},");
    private static final byte[] END = ascii("}]");
    private static final byte[] NONE = ascii("[]");

    private final byte[] acceptedAt;
    private final byte[] data;
    private final byte[] status;
    private final String available;

    /**
     * @param data and {@code acceptedAt} and {@code status}: what members are called
     * @param available what an available event's status is called
     */
    EventJson(String data, String acceptedAt, String status, String available) {
        this.data = ascii("\",\"" + data + "\":");
        this.acceptedAt = ascii("\",\"" + acceptedAt + "\":\"");
        this.status = ascii(",\"" + status + "\":\"");
        this.available = available;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** An array of them. */
    void write(AnswerBuffer out, List<InboxEvent> events) {
        byte[] between = BEGIN;
        for (InboxEvent event : events) {
            out.put(between);
            write(out, event);
            between = COMMA;
        }
        out.put(events.isEmpty() ? NONE : END);
    }

    /** All but the brace at its end. */
    private void write(AnswerBuffer out, InboxEvent event) {
        out.put(ID);
        out.putAscii(event.id().toString());
        out.put(SEQUENCE);
        out.putAscii(Long.toString(event.sequence()));
        out.put(TYPE);
        out.putAscii(event.type().value());
        out.put(SOURCE);
        out.putText(event.source());
        if (event.subject().isPresent()) {
            out.put(SUBJECT);
            out.putText(event.subject().get());
            out.put(TIME);
        } else {
            out.put(NO_SUBJECT);
        }
        out.put(Timestamps.write(event.time()));
        out.put(acceptedAt);
        out.put(Timestamps.write(event.acceptedAt()));
        out.put(data);
        out.put(event.data().bytes());
        out.put(status);
        out.putAscii(
                event.status() == Status.AVAILABLE ? available : event.status().toString());
        out.put(LEASE_COUNT);
        out.putAscii(Integer.toString(event.leaseCount()));
    }
}
