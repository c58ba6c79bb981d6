package dev.triggers.common.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;

/**
 * Times as they stand in headers, such as {@code 2026-01-31T12:00:00.123Z}: letter for letter what {@link Instant} and
 * {@link DateTimeFormatter#ISO_OFFSET_DATE_TIME} write and read. Every record has three of them, and the JDK's formatters
 * took a sixth of the time of a decision; they are left what is rare.
 */
public final class Timestamps {

    /** Length of {@code 2026-01-31T12:00:00}. */
    private static final int SECONDS = 19;

    /** Length of {@code +01:00}. */
    private static final int OFFSET = 6;

    private static final int MOST_DIGITS = 9;
    private static final int LAST_YEAR = 9_999;

    private Timestamps() {}

    /** The fraction in groups of three digits, and none where it is zero. */
    public static byte[] write(Instant instant) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
        if (isRare(time)) {
            return instant.toString().getBytes(ISO_8859_1);
        }
        int digits = digits(instant.getNano());
        return write(time, Math.ceilDiv(digits, 3) * 3, "Z");
    }

    /** The fraction with as many digits as it needs. */
    static byte[] write(OffsetDateTime time) {
        LocalDateTime local = time.toLocalDateTime();
        return isRare(local)
                ? DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time).getBytes(ISO_8859_1)
                : write(local, digits(time.getNano()), time.getOffset().getId());
    }

    private static boolean isRare(LocalDateTime time) {
        return time.getYear() < 0 || time.getYear() > LAST_YEAR;
    }

    private static byte[] write(LocalDateTime time, int digits, String offset) {
        int fraction = digits == 0 ? 0 : 1 + digits;
        byte[] text = new byte[SECONDS + fraction + offset.length()];
        put(text, 0, 4, time.getYear());
        text[4] = '-';
        put(text, 5, 2, time.getMonthValue());
        text[7] = '-';
        put(text, 8, 2, time.getDayOfMonth());
        text[10] = 'T';
        put(text, 11, 2, time.getHour());
        text[13] = ':';
        put(text, 14, 2, time.getMinute());
        text[16] = ':';
        put(text, 17, 2, time.getSecond());
        if (fraction > 0) {
            text[SECONDS] = '.';
            put(text, SECONDS + 1, digits, time.get(ChronoField.NANO_OF_SECOND) / powerOfTen(MOST_DIGITS - digits));
        }
        for (int i = 0; i < offset.length(); i++) {
            text[SECONDS + fraction + i] = (byte) offset.charAt(i);
        }
        return text;
    }

    /** How many digits of a fraction are there before only zeros follow. */
    private static int digits(int nanos) {
        int digits = nanos == 0 ? 0 : MOST_DIGITS;
        for (int left = nanos; digits > 0 && left % 10 == 0; left /= 10) {
            digits--;
        }
        return digits;
    }

    private static int powerOfTen(int exponent) {
        int power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }
        return power;
    }

    private static void put(byte[] text, int at, int digits, int number) {
        for (int i = at + digits - 1, left = number; i >= at; i--, left /= 10) {
            text[i] = (byte) ('0' + left % 10);
        }
    }

    /** Throws {@link DateTimeException} for what {@link Instant#parse} does not read. */
    static Instant instant(String text) {
        int end = text.length() - 1;
        try {
            if (isPlain(text, end) && text.charAt(end) == 'Z') {
                return utc(text, end);
            }
        } catch (DateTimeException _) {
            // a leap second, midnight as 24:00, or nothing: the JDK says
        }
        return Instant.parse(text);
    }

    /** Throws {@link DateTimeException} for what {@link OffsetDateTime#parse} does not read. */
    static OffsetDateTime dateTime(String text) {
        int end = text.endsWith("Z") ? text.length() - 1 : text.length() - OFFSET;
        try {
            if (isPlain(text, end)) {
                return OffsetDateTime.of(local(text, end), ZoneOffset.of(text.substring(end)));
            }
        } catch (DateTimeException _) {
            // the JDK says why
        }
        return OffsetDateTime.parse(text);
    }

    /** Whether the text up to here has the form above, with a fraction or without. */
    private static boolean isPlain(String text, int end) {
        return (end == SECONDS || (end > SECONDS + 1 && end <= SECONDS + 1 + MOST_DIGITS))
                && areDigits(text, 0, 4)
                && text.charAt(4) == '-'
                && areDigits(text, 5, 7)
                && text.charAt(7) == '-'
                && areDigits(text, 8, 10)
                && text.charAt(10) == 'T'
                && areDigits(text, 11, 13)
                && text.charAt(13) == ':'
                && areDigits(text, 14, 16)
                && text.charAt(16) == ':'
                && areDigits(text, 17, SECONDS)
                && (end == SECONDS || (text.charAt(SECONDS) == '.' && areDigits(text, SECONDS + 1, end)));
    }

    private static boolean areDigits(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static LocalDateTime local(String text, int end) {
        return LocalDateTime.of(
                number(text, 0, 4),
                number(text, 5, 7),
                number(text, 8, 10),
                number(text, 11, 13),
                number(text, 14, 16),
                number(text, 17, SECONDS),
                nanos(text, end));
    }

    /** The same as {@link #local} in UTC, without the objects that lead there. */
    private static Instant utc(String text, int end) {
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                .toEpochDay();
        int hour = ChronoField.HOUR_OF_DAY.checkValidIntValue(number(text, 11, 13));
        int minute = ChronoField.MINUTE_OF_HOUR.checkValidIntValue(number(text, 14, 16));
        int second = ChronoField.SECOND_OF_MINUTE.checkValidIntValue(number(text, 17, SECONDS));
        long seconds = 86_400 * day + 3_600L * hour + 60L * minute + second;
        return Instant.ofEpochSecond(seconds, nanos(text, end));
    }

    private static int nanos(String text, int end) {
        int digits = Math.max(0, end - SECONDS - 1);
        return number(text, end - digits, end) * powerOfTen(MOST_DIGITS - digits);
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = 10 * number + text.charAt(i) - '0';
        }
        return number;
    }
}
