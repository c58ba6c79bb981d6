package dev.triggers.inbox;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.Payload;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * An event as a message of an inbox.
 *
 * @param createdAt when it was accepted
 * @param leaseCount how often it was handed out; 0 once it is acknowledged and forgotten
 * @param payload the event's data, where it is handed out
 */
public record Message(
        MessageId id,
        EventId event,
        long sequence,
        EventType type,
        String source,
        Instant createdAt,
        Status status,
        int leaseCount,
        Optional<Payload> payload) {

    /** What became of a message in its inbox. */
    public enum Status {
        AVAILABLE,
        LEASED,
        ACKED,
        QUARANTINED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
