package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.UUID;

/** The receipts that answers gave, each with its event's id, packed. Not safe for use by several threads. */
final class Receipts {

    private static final int UUID_LENGTH = 36;
    private static final byte[] ID = bytes("\"id\":\"");
    private static final byte[] RECEIPT = bytes("\"receipt\":\"");
    private static final int WORDS = 3;
    private static final int OFFSET_BITS = 48;

    private long[] words = new long[WORDS << 12];
    private int size;

    interface Each {
        void receipt(int partition, long offset, UUID id);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    /** Takes all pairs of an id and a receipt that stand in an answer. Says how many. */
    int add(byte[] body, int from, int length) {
        int before = size;
        int id = -1;
        int end = from + length - RECEIPT.length;
        for (int i = from; i < end; i++) {
            if (body[i] != '"') {
                continue;
            }
            if (stands(ID, body, i)) {
                id = i + ID.length;
                i = id + UUID_LENGTH;
            } else if (id >= 0 && stands(RECEIPT, body, i)) {
                pair(body, id, i + RECEIPT.length);
                id = -1;
            }
        }
        return size - before;
    }

    static boolean stands(byte[] word, byte[] body, int at) {
        return Arrays.equals(word, 0, word.length, body, at, at + word.length);
    }

    private void pair(byte[] body, int id, int receipt) {
        int at = receipt;
        long partition = 0;
        for (; body[at] != '-'; at++) {
            partition = partition * 10 + body[at] - '0';
        }
        long offset = 0;
        for (at++; body[at] != '"'; at++) {
            offset = offset * 10 + body[at] - '0';
        }
        add((int) partition, offset, hex(body, id), hex(body, id + 19));
    }

    /** Sixteen digits with a dash or two between them. */
    private static long hex(byte[] body, int from) {
        long value = 0;
        for (int i = from, digits = 0; digits < 16; i++) {
            if (body[i] != '-') {
                value = value << 4 | Character.digit(body[i], 16);
                digits++;
            }
        }
        return value;
    }

    void add(int partition, long offset, long idHigh, long idLow) {
        if ((size + 1) * WORDS > words.length) {
            words = Arrays.copyOf(words, words.length * 2);
        }
        words[size * WORDS] = (long) partition << OFFSET_BITS | offset;
        words[size * WORDS + 1] = idHigh;
        words[size * WORDS + 2] = idLow;
        size++;
    }

    int size() {
        return size;
    }

    void forEach(Each each) {
        for (int i = 0; i < size * WORDS; i += WORDS) {
            each.receipt(
                    (int) (words[i] >>> OFFSET_BITS),
                    words[i] & (1L << OFFSET_BITS) - 1,
                    new UUID(words[i + 1], words[i + 2]));
        }
    }
}
