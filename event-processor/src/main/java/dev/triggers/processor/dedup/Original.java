package dev.triggers.processor.dedup;

import dev.triggers.common.event.Fingerprint;
import java.nio.ByteBuffer;

/**
 * What is remembered of an accepted event: 32 bytes.
 *
 * @param offset where it stands in its partition of {@code ingested}
 * @param decidedAtMillis decision time
 */
public record Original(Fingerprint fingerprint, long offset, long decidedAtMillis) {

    private static final int BYTES = Fingerprint.BYTES + 2 * Long.BYTES;

    byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(fingerprint.high())
                .putLong(fingerprint.low())
                .putLong(offset)
                .putLong(decidedAtMillis)
                .array();
    }

    static Original fromBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Original(new Fingerprint(buffer.getLong(), buffer.getLong()), buffer.getLong(), buffer.getLong());
    }
}
