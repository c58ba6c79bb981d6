package dev.triggers.inbox.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.triggers.common.wire.Timestamps;
import dev.triggers.inbox.Message;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Messages as JSON, put together from bytes: what their members are called is known, nearly all of their values need no
 * escapes, and payloads are JSON already. A lease and its acknowledgement write up to 200 of them.
 */
final class MessageJson {

    private static final byte[] ID = ascii("{\"id\":\"");
    private static final byte[] CREATED_AT = ascii("\",\"created_at\":\"");
    private static final byte[] STATUS = ascii("\",\"status\":\"");
    private static final byte[] LEASE_COUNT = ascii("\",\"message_attributes\":{\"lease_count\":");
    private static final byte[] PAYLOAD =
            ascii(",\"error_message\":null,\"possible_duplicate_data\":false},\"payload\":");
    private static final byte[] EVENT_ID = ascii(",\"event_id\":\"");
    private static final byte[] EVENT_ID_ALONE =
            ascii(",\"error_message\":null,\"possible_duplicate_data\":false},\"event_id\":\"");
    private static final byte[] SEQUENCE = ascii("\",\"sequence\":");
    private static final byte[] TYPE = ascii(",\"type\":\"");
    private static final byte[] SOURCE = ascii("\",\"source\":\"");
    private static final byte[] END = ascii("\"}");
    private static final byte[] COMMA = ascii(",");

    private MessageJson() {}

    private static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }

    /** An array of them. */
    static void write(AnswerBuffer out, List<Message> messages) {
        out.put(ascii("["));
        byte[] between = new byte[0];
        for (Message message : messages) {
            out.put(between);
            write(out, message);
            between = COMMA;
        }
        out.put(ascii("]"));
    }

    private static void write(AnswerBuffer out, Message message) {
        out.put(ID);
        out.putAscii(message.id().toString());
        out.put(CREATED_AT);
        out.put(Timestamps.write(message.createdAt().truncatedTo(ChronoUnit.MILLIS)));
        out.put(STATUS);
        out.putAscii(message.status().toString());
        out.put(LEASE_COUNT);
        out.putAscii(Integer.toString(message.leaseCount()));
        if (message.payload().isPresent()) {
            out.put(PAYLOAD);
            out.put(message.payload().get().bytes());
            out.put(EVENT_ID);
        } else {
            out.put(EVENT_ID_ALONE);
        }
        out.putAscii(message.event().toString());
        out.put(SEQUENCE);
        out.putAscii(Long.toString(message.sequence()));
        out.put(TYPE);
        out.putAscii(message.type().value());
        out.put(SOURCE);
        out.putText(message.source());
        out.put(END);
    }
}
