package dev.triggers.processor.topology;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.event.Payload;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.DeadLetter;
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Throttle;
import dev.triggers.common.wire.Topic;
import dev.triggers.common.wire.Topics;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Utils;

/** A record as it will be written: fully built, so that its size is known before anything is decided for good. */
record Outgoing(String topic, Headers headers, Payload value) {

    /** Upper bound of what Kafka adds to a record besides its headers and value: key, lengths, offsets. */
    private static final int RECORD_OVERHEAD = 128;
    /** Upper bound of the two lengths that stand before a header's name and value. */
    private static final int HEADER_OVERHEAD = 10;

    static Outgoing accepted(Accepted accepted) {
        return to(Topics.ACCEPTED, accepted);
    }

    static Outgoing rejected(Rejected rejected) {
        return to(Topics.REJECTED, rejected);
    }

    static Outgoing deadLetter(DeadLetter letter) {
        return to(Topics.DEAD_LETTERS, letter);
    }

    static Outgoing throttle(Throttle throttle) {
        return to(Topics.THROTTLED, throttle);
    }

    static Outgoing disposition(Disposition disposition) {
        return to(Topics.DISPOSITIONS, disposition);
    }

    private static <V> Outgoing to(Topic<?, V> topic, V value) {
        RecordHeaders headers = new RecordHeaders();
        byte[] bytes = topic.wire().write(value, headers);
        return new Outgoing(topic.name(), headers, Payload.of(bytes));
    }

    boolean isFor(Topic<?, ?> other) {
        return topic.equals(other.name());
    }

    /** Never less than the record's true size. */
    int bytes() {
        int bytes = value.size() + RECORD_OVERHEAD;
        for (Header header : headers) {
            bytes += HEADER_OVERHEAD + Utils.utf8Length(header.key()) + header.value().length;
        }
        return bytes;
    }
}
