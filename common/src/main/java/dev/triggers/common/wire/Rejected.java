package dev.triggers.common.wire;

import dev.triggers.common.event.Event;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * One record of {@code triggers.rejected}: the outcome of a submission that was not accepted.
 *
 * @param outcome anything but {@link Outcome#ACCEPTED}
 * @param event what was submitted; its data only where a redrive needs it (throttled); absent when it could not be read
 * @param original the submission that was there first, for a duplicate or conflict
 * @param reason why, in words
 * @param receivedAt when it was submitted; when unreadable, when the log took it
 */
public record Rejected(
        OrgId org,
        Receipt receipt,
        Outcome outcome,
        Optional<Event> event,
        Optional<Receipt> original,
        String reason,
        Instant receivedAt,
        Instant decidedAt) {

    public Rejected {
        if (outcome == Outcome.ACCEPTED) {
            throw new IllegalArgumentException("outcome: accepted (expected: any other)");
        }
    }

    static final Wire<Rejected> WIRE = new Wire<>() {
        @Override
        public byte[] write(Rejected rejected, Headers headers) {
            rejected.event.ifPresentOrElse(
                    event -> EventAttributes.write(event, headers),
                    () -> EventAttributes.add(headers, HeaderNames.ORG, rejected.org.toString()));
            EventAttributes.add(headers, HeaderNames.RECEIPT, rejected.receipt.toString());
            EventAttributes.add(headers, HeaderNames.OUTCOME, rejected.outcome.toString());
            rejected.original.ifPresent(
                    original -> EventAttributes.add(headers, HeaderNames.ORIGINAL, original.toString()));
            EventAttributes.add(headers, HeaderNames.REASON, rejected.reason);
            EventAttributes.add(headers, HeaderNames.RECEIVED_AT, rejected.receivedAt);
            EventAttributes.add(headers, HeaderNames.DECIDED_AT, rejected.decidedAt);
            return rejected.event.map(Event::data).orElse(Payload.NONE).bytes();
        }

        @Override
        public Rejected read(Headers headers, byte @Nullable [] value) {
            RecordHeadersReader reader = new RecordHeadersReader(headers);
            boolean readable = reader.optional(HeaderNames.EVENT_ID).isPresent();
            byte[] data = value == null ? new byte[0] : value;
            return new Rejected(
                    reader.value(HeaderNames.ORG, OrgId::parse),
                    reader.value(HeaderNames.RECEIPT, Receipt::parse),
                    reader.value(HeaderNames.OUTCOME, Outcome::parse),
                    readable ? Optional.of(EventAttributes.read(reader, data)) : Optional.empty(),
                    reader.optional(HeaderNames.ORIGINAL, Receipt::parse),
                    reader.text(HeaderNames.REASON),
                    reader.value(HeaderNames.RECEIVED_AT, Timestamps::instant),
                    reader.value(HeaderNames.DECIDED_AT, Timestamps::instant));
        }
    };
}
