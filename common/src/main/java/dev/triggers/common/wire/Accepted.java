package dev.triggers.common.wire;

import dev.triggers.common.event.Event;
import dev.triggers.common.event.Receipt;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * One record of {@code triggers.accepted}: an admitted event and its place in its org's order.
 *
 * @param sequence 1, 2, 3 … without a gap in each org
 * @param receivedAt when it was submitted
 * @param decidedAt when it was accepted, by the processor's decision time; never backwards in an org
 */
public record Accepted(Event event, Receipt receipt, long sequence, Instant receivedAt, Instant decidedAt) {

    static final Wire<Accepted> WIRE = new Wire<>() {
        @Override
        public byte[] write(Accepted accepted, Headers headers) {
            EventAttributes.write(accepted.event, headers);
            EventAttributes.add(headers, HeaderNames.RECEIPT, accepted.receipt.toString());
            EventAttributes.add(headers, HeaderNames.SEQUENCE, Long.toString(accepted.sequence));
            EventAttributes.add(headers, HeaderNames.RECEIVED_AT, accepted.receivedAt);
            EventAttributes.add(headers, HeaderNames.DECIDED_AT, accepted.decidedAt);
            return accepted.event.data().bytes();
        }

        @Override
        public Accepted read(Headers headers, byte @Nullable [] value) {
            if (value == null) {
                throw new UnreadableRecord("value: null (expected: a JSON object)");
            }
            RecordHeadersReader reader = new RecordHeadersReader(headers);
            return new Accepted(
                    EventAttributes.read(reader, value),
                    reader.value(HeaderNames.RECEIPT, Receipt::parse),
                    reader.value(HeaderNames.SEQUENCE, Long::parseLong),
                    reader.value(HeaderNames.RECEIVED_AT, Timestamps::instant),
                    reader.value(HeaderNames.DECIDED_AT, Timestamps::instant));
        }
    };
}
