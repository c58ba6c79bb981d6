package dev.triggers.common.wire;

import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * One record of {@code triggers.dead-letters}: what could not be read or kept, as it stood, and why.
 *
 * @param origin where they stood: topic, partition and offset
 * @param headers as they stood; of what could be read, those that its topic names
 * @param value absent where it was null
 */
public record DeadLetter(String origin, String reason, Headers headers, Optional<byte[]> value) {

    /** Where the record stood: {@code topic-partition@offset}. */
    public static final String ORIGIN = "ce_trgorigin";

    static final Wire<DeadLetter> WIRE = new Wire<>() {
        @Override
        public byte[] write(DeadLetter letter, Headers headers) {
            for (Header header : letter.headers) {
                headers.add(header);
            }
            EventAttributes.add(headers, ORIGIN, letter.origin);
            EventAttributes.add(headers, HeaderNames.REASON, letter.reason);
            return letter.value.orElseGet(() -> new byte[0]);
        }

        @Override
        public DeadLetter read(Headers headers, byte @Nullable [] value) {
            RecordHeadersReader reader = new RecordHeadersReader(headers);
            return new DeadLetter(
                    reader.text(ORIGIN), reader.text(HeaderNames.REASON), headers, Optional.ofNullable(value));
        }
    };
}
