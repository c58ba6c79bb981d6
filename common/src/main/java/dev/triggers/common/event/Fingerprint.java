package dev.triggers.common.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** What an event says, in 128 bits: the SHA-256 of its type and data, cut. The same dedup id with another one is a conflict. */
public record Fingerprint(long high, long low) {

    /** Bytes of the binary form. */
    public static final int BYTES = 16;

    public static Fingerprint of(Event event) {
        byte[] type = event.type().value().getBytes(UTF_8);
        MessageDigest digest = Uuids.sha256();
        digest.update((byte) type.length);
        digest.update(type);
        ByteBuffer bytes = ByteBuffer.wrap(digest.digest(event.data().bytes()));
        return new Fingerprint(bytes.getLong(), bytes.getLong());
    }
}
