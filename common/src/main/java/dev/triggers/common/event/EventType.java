package dev.triggers.common.event;

/** What happened, in the producer's words: 1 to 255 of {@code [A-Za-z0-9._:/-]}, as in {@code order.created}. */
public record EventType(String value) {

    public EventType {
        if (value.isEmpty() || value.length() > Limits.TYPE_CHARS) {
            throw new IllegalArgumentException(
                    "type: " + value.length() + " characters (expected: 1 to " + Limits.TYPE_CHARS + ")");
        }
        for (int i = 0; i < value.length(); i++) {
            if (!allowed(value.charAt(i))) {
                throw new IllegalArgumentException(
                        "type: " + Limits.cut(value) + " (expected: only A-Z a-z 0-9 . _ : / -)");
            }
        }
    }

    private static boolean allowed(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '-' && c <= ':') // - . / 0-9 :
                || c == '_';
    }

    @Override
    public String toString() {
        return value;
    }
}
