package dev.triggers.ingest;

import java.util.Optional;

/**
 * What a JSON parser that skips over strings does not look at: whether all of a text is UTF-8 (no overlong form, no
 * surrogate, nothing past U+10FFFF), and whether every escaped surrogate has its other half.
 */
final class JsonText {

    private static final int MARK = 3;

    private final byte[] text;
    private final int from;
    private final int to;

    private JsonText(byte[] text, int from, int to) {
        this.text = text;
        this.from = from;
        this.to = to;
    }

    /** The first flaw in {@code text[from, to)}. Says nothing about the syntax. */
    static Optional<JsonFlaw> flaw(byte[] text, int from, int to) {
        return new JsonText(text, from, to).firstFlaw();
    }

    /** Where the text of a body begins: after its byte order mark, if it has one. */
    static int begin(byte[] body, int size) {
        return marked(body, 0, size) ? MARK : 0;
    }

    private static boolean marked(byte[] text, int from, int to) {
        return to - from >= MARK
                && text[from] == (byte) 0xef
                && text[from + 1] == (byte) 0xbb
                && text[from + 2] == (byte) 0xbf;
    }

    private Optional<JsonFlaw> firstFlaw() {
        if (marked(text, from, to)) {
            return Optional.of(JsonFlaw.at(text, from, from, "a byte order mark"));
        }
        int at = from;
        while (at < to) {
            byte c = text[at];
            int length = c < 0 ? utf8Length(at) : c == '\\' ? escapeLength(at) : c < ' ' ? controlLength(c) : 1;
            if (length == 0) {
                return Optional.of(JsonFlaw.at(text, from, at, reason(c)));
            }
            at += length;
        }
        return Optional.empty();
    }

    private static String reason(byte c) {
        return c < 0 ? "invalid UTF-8" : c == '\\' ? "half a surrogate pair" : "a control character";
    }

    private static int controlLength(byte c) {
        return c == '\n' || c == '\r' || c == '\t' ? 1 : 0;
    }

    /** Bytes of the well-formed sequence that begins here (Unicode, table 3-7); 0: it is not one. */
    private int utf8Length(int at) {
        int first = text[at] & 0xff;
        if (first >= 0xc2 && first <= 0xdf) {
            return continues(at, 1, 0x80, 0xbf) ? 2 : 0;
        }
        if (first >= 0xe0 && first <= 0xef) {
            return continues(at, 2, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf) ? 3 : 0;
        }
        if (first >= 0xf0 && first <= 0xf4) {
            return continues(at, 3, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf) ? 4 : 0;
        }
        return 0;
    }

    private boolean continues(int at, int more, int low, int high) {
        if (at + more >= to) {
            return false;
        }
        int second = text[at + 1] & 0xff;
        boolean well = second >= low && second <= high;
        for (int i = 2; i <= more; i++) {
            well &= (text[at + i] & 0xc0) == 0x80;
        }
        return well;
    }

    /** Bytes of the escape that begins here, a pair taken as one; 0: it is half a pair. */
    private int escapeLength(int at) {
        int unit = escapedUnit(at);
        if (unit < 0) {
            return 2;
        }
        if (Character.isHighSurrogate((char) unit)) {
            int next = escapedUnit(at + 6);
            return next >= 0 && Character.isLowSurrogate((char) next) ? 12 : 0;
        }
        return Character.isLowSurrogate((char) unit) ? 0 : 6;
    }

    /** The UTF-16 unit written here as a backslash, u and four digits; -1: something else is. */
    private int escapedUnit(int at) {
        if (at + 6 > to || text[at] != '\\' || text[at + 1] != 'u') {
            return -1;
        }
        int unit = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = Character.digit(text[i], 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }
}
