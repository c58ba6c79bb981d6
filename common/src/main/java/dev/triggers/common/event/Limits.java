package dev.triggers.common.event;

import java.util.Locale;

/** How large the parts of an event may be. The same numbers stand in the HTTP contract. */
public final class Limits {

    /** Characters in an event type. */
    public static final int TYPE_CHARS = 255;
    /** Characters in a source. */
    public static final int SOURCE_CHARS = 1_024;
    /** Characters in a subject. */
    public static final int SUBJECT_CHARS = 255;
    /** Characters in a dedup id. */
    public static final int DEDUP_ID_CHARS = 255;
    /** Bytes of {@code data}, as sent. */
    public static final int DATA_BYTES = 262_144;
    /** Levels of objects and arrays in {@code data}, itself included. */
    public static final int NESTING = 64;
    /** Bytes of everything around {@code data} in a single event's body: attributes, names, white space. */
    public static final int ENVELOPE_BYTES = 32_768;
    /** Extension attributes of one event. */
    public static final int EXTENSIONS = 32;
    /** Bytes of an event's extension attributes, names and values together. */
    public static final int EXTENSION_BYTES = 8_192;
    /** Events in a batch. */
    public static final int BATCH_EVENTS = 10_000;
    /** Bytes of a batch's body, inflated. */
    public static final int BATCH_BYTES = 10_485_760;
    /** Characters of an untrusted value that an error repeats. */
    public static final int QUOTED_CHARS = 64;

    private Limits() {}

    /** An untrusted value as an error may repeat it: at most 64 characters, control characters escaped. */
    public static String cut(String value) {
        StringBuilder quoted = new StringBuilder(Math.min(value.length(), QUOTED_CHARS) + 1);
        for (int i = 0; i < value.length() && quoted.length() < QUOTED_CHARS; i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return value.length() > QUOTED_CHARS ? quoted.append('…').toString() : quoted.toString();
    }

    /** Requires 1 to {@code most} printable characters: no control character, no lone surrogate. */
    public static String requirePrintable(String name, String value, int most) {
        if (!value.isEmpty() && value.length() <= most && isPrintableAscii(value)) {
            return value;
        }
        int length = value.codePointCount(0, value.length());
        if (length < 1 || length > most) {
            throw new IllegalArgumentException(name + ": " + length + " characters (expected: 1 to " + most + ")");
        }
        for (int i = 0; i < value.length(); i += Character.charCount(value.codePointAt(i))) {
            int c = value.codePointAt(i);
            boolean lone = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            if (Character.isISOControl(c) || lone) {
                throw new IllegalArgumentException(name + ": " + cut(value) + " (expected: printable characters)");
            }
        }
        return value;
    }

    /** What nearly all are: told without looking at code points. */
    private static boolean isPrintableAscii(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }
}
