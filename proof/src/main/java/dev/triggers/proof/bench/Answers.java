package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** What consumers read off the inbox's answers: scanned for, not parsed, since what it costs is taken from the server beside it. */
final class Answers {

    private static final byte[] SEQUENCE = "\"sequence\":".getBytes(US_ASCII);
    private static final int OK = 200;
    private static final int MOST_SAID = 200;

    private Answers() {}

    /** Throws {@link IllegalStateException} for any other answer than 200. */
    static AnswerReader requireOk(AnswerReader answer) {
        if (answer.status() != OK) {
            throw new IllegalStateException("inbox: " + answer.status() + " "
                    + new String(answer.bytes(), answer.from(), Math.min(MOST_SAID, answer.length()), US_ASCII)
                    + " (expected: 200)");
        }
        return answer;
    }

    /** The sequences that an answer names, in its order. */
    static int sequences(AnswerReader answer, LongConsumer each) {
        int count = 0;
        int end = answer.from() + answer.length();
        for (int at = find(SEQUENCE, answer, answer.from()); at >= 0; at = find(SEQUENCE, answer, at)) {
            long sequence = 0;
            for (at += SEQUENCE.length; at < end && isDigit(answer.bytes()[at]); at++) {
                sequence = sequence * 10 + answer.bytes()[at] - '0';
            }
            each.accept(sequence);
            count++;
        }
        return count;
    }

    private static boolean isDigit(byte letter) {
        return letter >= '0' && letter <= '9';
    }

    /** The text of the first member that begins so, as in {@code "lease_id":"}. Empty: it has none, or no text. */
    static Optional<String> text(AnswerReader answer, byte[] beginning) {
        int at = find(beginning, answer, answer.from());
        return at < 0 ? Optional.empty() : Optional.of(quoted(answer, at + beginning.length));
    }

    /** The texts of all members that begin so. */
    static List<String> texts(AnswerReader answer, byte[] beginning) {
        List<String> texts = new ArrayList<>();
        for (int at = find(beginning, answer, answer.from());
                at >= 0;
                at = find(beginning, answer, at + beginning.length)) {
            texts.add(quoted(answer, at + beginning.length));
        }
        return texts;
    }

    private static String quoted(AnswerReader answer, int from) {
        int end = from;
        while (answer.bytes()[end] != '"') {
            end++;
        }
        return new String(answer.bytes(), from, end - from, US_ASCII);
    }

    private static int find(byte[] wanted, AnswerReader answer, int from) {
        byte[] bytes = answer.bytes();
        int last = answer.from() + answer.length() - wanted.length;
        for (int i = from; i <= last; i++) {
            if (bytes[i] == wanted[0] && bytes[i + 1] == wanted[1] && Receipts.stands(wanted, bytes, i)) {
                return i;
            }
        }
        return -1;
    }
}
