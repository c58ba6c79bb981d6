package dev.triggers.ingest;

import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.Payload;
import java.time.OffsetDateTime;
import java.util.Optional;

/** One event as its producer wrote it in JSON. {@code data} is the very bytes of the body. */
public record EventBody(
        EventType type,
        Payload data,
        Optional<String> source,
        Optional<String> subject,
        Optional<OffsetDateTime> time,
        Optional<DedupId> dedupId) {}
