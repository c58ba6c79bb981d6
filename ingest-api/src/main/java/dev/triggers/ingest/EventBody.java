package dev.triggers.ingest;

import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.Payload;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;

/**
 * One event as its producer wrote it. {@code data} is the very bytes of the body.
 *
 * @param dedupId for a CloudEvent always there: its {@code id}
 * @param ceId a CloudEvent's {@code id}; absent for what was no CloudEvent
 * @param extensions a CloudEvent's extension attributes and {@code dataschema}, by name
 */
public record EventBody(
        EventType type,
        Payload data,
        Optional<String> source,
        Optional<String> subject,
        Optional<OffsetDateTime> time,
        Optional<DedupId> dedupId,
        Optional<String> ceId,
        Map<String, String> extensions) {

    public EventBody {
        extensions = Map.copyOf(extensions);
    }
}
