package dev.triggers.ingest;

import dev.triggers.common.event.Limits;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;

/** An event's time as its producer writes it (RFC 3339), to the nanosecond. */
final class Rfc3339 {

    private static final int LONGEST = 35;
    private static final Pattern FORM =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)");

    private Rfc3339() {}

    /** Throws {@link IllegalArgumentException} for anything else. */
    static OffsetDateTime parse(String text) {
        try {
            if (text.length() <= LONGEST && FORM.matcher(text).matches()) {
                return OffsetDateTime.parse(text);
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(expected(text), e);
        }
        throw new IllegalArgumentException(expected(text));
    }

    private static String expected(String text) {
        return "time: " + Limits.cut(text) + " (expected: RFC 3339, as in 2026-01-31T12:00:00Z)";
    }
}
