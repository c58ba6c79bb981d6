package dev.triggers.common.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;

/**
 * Names what was submitted: several submissions may carry one id. A name-based UUIDv8 where the producer gave a
 * {@link DedupId}, so that any instance answers a retry with the same id without a look-up; a UUIDv7 where not.
 */
public record EventId(UUID value) {

    /** The id of what (org, source, dedup id) names. The parts are length-prefixed: no two triples share bytes. */
    public static EventId named(OrgId org, String source, DedupId dedupId) {
        byte[] sourceBytes = source.getBytes(UTF_8);
        byte[] dedupBytes = dedupId.value().getBytes(UTF_8);
        ByteBuffer content = ByteBuffer.allocate(16 + 4 + sourceBytes.length + 4 + dedupBytes.length)
                .putLong(org.value().getMostSignificantBits())
                .putLong(org.value().getLeastSignificantBits())
                .putInt(sourceBytes.length)
                .put(sourceBytes)
                .putInt(dedupBytes.length)
                .put(dedupBytes);
        return new EventId(Uuids.derived(content.array()));
    }

    /** A fresh id for an event that nobody will name again. */
    public static EventId fresh(Instant at) {
        return new EventId(Uuids.ordered(at));
    }

    /** Reads the lower-case text form. Throws {@link IllegalArgumentException} for anything else. */
    public static EventId parse(String text) {
        return new EventId(Uuids.parse("id", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
