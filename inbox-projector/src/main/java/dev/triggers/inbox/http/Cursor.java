package dev.triggers.inbox.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.Limits;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Where a page ended, as a caller carries it: the sequence and a check over it, the org and the question, so that one
 * that was changed, cut, or taken from another listing is refused instead of answered wrongly.
 */
final class Cursor {

    private static final int CHECK_BYTES = 8;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final OrgId org;
    private final String question;

    /** @param question everything that decides what is listed, besides the place */
    Cursor(OrgId org, String question) {
        this.org = org;
        this.question = question;
    }

    /** A place of one or more numbers. */
    String at(long... place) {
        ByteBuffer bytes = ByteBuffer.allocate(place.length * Long.BYTES + CHECK_BYTES);
        for (long number : place) {
            bytes.putLong(number);
        }
        return ENCODER.encodeToString(bytes.put(check(place)).array());
    }

    /** A place of one number. Throws a {@code invalid_cursor} problem for what {@link #at} did not write for the same question. */
    long read(String text) {
        return read(text, 1)[0];
    }

    /** A place of so many numbers. */
    long[] read(String text, int numbers) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (bytes.remaining() == numbers * Long.BYTES + CHECK_BYTES) {
                long[] place = new long[numbers];
                for (int i = 0; i < numbers; i++) {
                    place[i] = bytes.getLong();
                }
                if (at(place).equals(text)) {
                    return place;
                }
            }
        } catch (IllegalArgumentException e) {
            throw refused(text);
        }
        throw refused(text);
    }

    private static ProblemException refused(String text) {
        return new ProblemException(
                ProblemCode.INVALID_CURSOR,
                "cursor: " + Limits.cut(text) + " (expected: a next_cursor of the same listing)");
    }

    private byte[] check(long... place) {
        String content = "cursor\n" + org + "\n" + question + "\n" + numbers(place);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8));
            return Arrays.copyOf(digest, CHECK_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String numbers(long... place) {
        return LongStream.of(place).mapToObj(Long::toString).collect(Collectors.joining(" "));
    }
}
