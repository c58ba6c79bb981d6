package dev.triggers.common.event;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** The two kinds of UUID that name things here (RFC 9562): version 7, ordered by time, and version 8, derived from content. */
public final class Uuids {

    private static final int TEXT_LENGTH = 36;

    private Uuids() {}

    /** A version 7 UUID: 48 bits of Unix milliseconds, then 74 random bits. Unique, not secret. */
    public static UUID ordered(Instant at) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (at.toEpochMilli() << 16) | 0x7000L | (random.nextLong() & 0x0fffL);
        long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(high, low);
    }

    /** A version 8 UUID: the first 122 bits of the SHA-256 of the given bytes. Equal content, equal UUID. */
    public static UUID derived(byte[] content) {
        return derived(sha256().digest(content), 0);
    }

    private static UUID derived(byte[] digest, int offset) {
        ByteBuffer bytes = ByteBuffer.wrap(digest, offset, 16);
        long high = (bytes.getLong() & 0xffffffffffff0fffL) | 0x8000L;
        long low = (bytes.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(high, low);
    }

    /** Reads the canonical lower-case form of 36 characters. {@link UUID#fromString} takes shorter ones too. */
    public static UUID parse(String name, String text) {
        if (!isCanonical(text)) {
            throw new IllegalArgumentException(expected(name, text));
        }
        return UUID.fromString(text);
    }

    private static boolean isCanonical(String text) {
        if (text.length() != TEXT_LENGTH) {
            return false;
        }
        for (int i = 0; i < TEXT_LENGTH; i++) {
            char c = text.charAt(i);
            boolean fits = (i == 8 || i == 13 || i == 18 || i == 23)
                    ? c == '-'
                    : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static String expected(String name, String text) {
        return name + ": " + Limits.cut(text) + " (expected: a UUID in lower case)";
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
