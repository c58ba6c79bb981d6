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

    String at(long sequence) {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES + CHECK_BYTES)
                .putLong(sequence)
                .put(check(sequence))
                .array();
        return ENCODER.encodeToString(bytes);
    }

    /** Throws a {@code invalid_cursor} problem for what {@link #at} did not write for the same org and question. */
    long read(String text) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (bytes.remaining() == Long.BYTES + CHECK_BYTES) {
                long sequence = bytes.getLong();
                if (at(sequence).equals(text)) {
                    return sequence;
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

    private byte[] check(long sequence) {
        String content = "cursor\n" + org + "\n" + question + "\n" + sequence;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8));
            return Arrays.copyOf(digest, CHECK_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
