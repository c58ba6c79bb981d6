package dev.triggers.common.event;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** The two kinds of UUID that name things here (RFC 9562): version 7, ordered by time, and version 8, derived from content. */
public final class Uuids {

    private static final int TEXT_LENGTH = 36;
    /** Values of lower-case hexadecimal digits by character, -1 for what is none. */
    private static final byte[] DIGITS = digits();

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
        if (text.length() == TEXT_LENGTH
                && text.charAt(8) == '-'
                && text.charAt(13) == '-'
                && text.charAt(18) == '-'
                && text.charAt(23) == '-') {
            long first = hex(text, 0, 8);
            long second = hex(text, 9, 13);
            long third = hex(text, 14, 18);
            long fourth = hex(text, 19, 23);
            long fifth = hex(text, 24, TEXT_LENGTH);
            if ((first | second | third | fourth | fifth) >= 0) {
                return new UUID((first << 32) | (second << 16) | third, (fourth << 48) | fifth);
            }
        }
        throw new IllegalArgumentException(expected(name, text));
    }

    /** The number of at most 12 digits; negative if one of them is none. */
    private static long hex(String text, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            number = (number << 4) | (c < DIGITS.length ? DIGITS[c] : -1);
        }
        return number;
    }

    private static byte[] digits() {
        byte[] digits = new byte['f' + 1];
        Arrays.fill(digits, (byte) -1);
        for (int value = 0; value < 16; value++) {
            digits[Character.forDigit(value, 16)] = (byte) value;
        }
        return digits;
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
