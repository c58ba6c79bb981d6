package dev.triggers.ingest;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** A {@code traceparent} (W3C Trace Context, level 1): version, trace id, parent id, flags. */
final class TraceParent {

    private static final int LENGTH = 55;
    private static final Pattern FORM =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private TraceParent() {}

    /** The text if it is well-formed. */
    static Optional<String> wellFormed(String text) {
        return text.length() == LENGTH && FORM.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }

    /** The begin of a trace that nobody asked for: its ids are random, its flags 00, so nobody need record it. */
    static String fresh() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        StringBuilder text = new StringBuilder(LENGTH).append("00-");
        hex(text, nonZero(random));
        hex(text, random.nextLong());
        hex(text.append('-'), nonZero(random));
        return text.append("-00").toString();
    }

    private static long nonZero(ThreadLocalRandom random) {
        long bits = random.nextLong();
        return bits == 0 ? 1 : bits;
    }

    private static void hex(StringBuilder text, long bits) {
        for (int shift = Long.SIZE - 4; shift >= 0; shift -= 4) {
            text.append(Character.forDigit((int) (bits >>> shift) & 0xf, 16));
        }
    }
}
