package dev.triggers.common.event;

/**
 * Where a submission stands in {@code triggers.ingested}: the proof of a 202, written {@code partition-offset}.
 * One receipt, one submission, one outcome.
 */
public record Receipt(int partition, long offset) implements Comparable<Receipt> {

    public Receipt {
        if (partition < 0 || offset < 0) {
            throw new IllegalArgumentException(
                    "receipt: " + partition + "-" + offset + " (expected: no negative number)");
        }
    }

    /** Reads {@code 3-1234}. Throws {@link IllegalArgumentException} for anything else. */
    public static Receipt parse(String text) {
        int dash = text.indexOf('-');
        if (!isNumber(text, 0, dash) || !isNumber(text, dash + 1, text.length())) {
            throw new IllegalArgumentException(expected(text));
        }
        try {
            return new Receipt(Integer.parseInt(text, 0, dash, 10), Long.parseLong(text, dash + 1, text.length(), 10));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(expected(text), e);
        }
    }

    /** Digits as {@link #toString} writes them: at least one, and no zero before others. */
    private static boolean isNumber(String text, int from, int to) {
        if (from >= to || (text.charAt(from) == '0' && to - from > 1)) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static String expected(String text) {
        return "receipt: " + Limits.cut(text) + " (expected: partition-offset, as in 3-1234)";
    }

    @Override
    public int compareTo(Receipt other) {
        int byPartition = Integer.compare(partition, other.partition);
        return byPartition != 0 ? byPartition : Long.compare(offset, other.offset);
    }

    @Override
    public String toString() {
        return partition + "-" + offset;
    }
}
