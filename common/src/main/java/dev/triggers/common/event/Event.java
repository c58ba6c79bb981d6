package dev.triggers.common.event;

import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;

/**
 * What a producer submitted: a CloudEvent (1.0) of an organisation.
 *
 * @param ceId the producer's own id where it sent a CloudEvent, else the event id
 * @param source 1 to 1,024 characters; {@code /orgs/{org}} where the producer named none
 * @param subject 1 to 255 characters
 * @param time when it happened by the producer's word, else when it was received
 * @param dedupId absent: never de-duplicated
 * @param extensions CloudEvents extension attributes by name, passed through
 * @param traceparent W3C trace context, passed through
 */
public record Event(
        OrgId org,
        EventId id,
        String ceId,
        String source,
        EventType type,
        Optional<String> subject,
        OffsetDateTime time,
        Optional<DedupId> dedupId,
        Map<String, String> extensions,
        Optional<String> traceparent,
        Payload data) {

    public Event {
        Limits.requirePrintable("source", source, Limits.SOURCE_CHARS);
        subject.ifPresent(s -> Limits.requirePrintable("subject", s, Limits.SUBJECT_CHARS));
        extensions = Map.copyOf(extensions);
    }

    /** Where an org's events come from when their producer does not say. */
    public static String defaultSource(OrgId org) {
        return "/orgs/" + org;
    }
}
