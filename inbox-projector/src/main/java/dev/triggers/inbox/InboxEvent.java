package dev.triggers.inbox;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.Payload;
import java.time.Instant;
import java.util.Optional;

/** An event as it stands in an inbox. */
public record InboxEvent(
        EventId id,
        long sequence,
        EventType type,
        String source,
        Optional<String> subject,
        Instant time,
        Instant acceptedAt,
        Payload data,
        Message.Status status,
        int leaseCount) {}
