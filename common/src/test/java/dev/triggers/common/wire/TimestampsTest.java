package dev.triggers.common.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

    private static final int CASES = 20_000;
    private static final int[] UNITS = {1, 10, 1_000, 100_000, 1_000_000, 100_000_000, 1_000_000_000};

    private final Random random = new Random(20261123);

    @Test
    void timesAreWrittenAndReadAsTheJdkDoes() {
        for (int i = 0; i < CASES; i++) {
            Instant instant = instant(i);
            OffsetDateTime time = instant.atOffset(ZoneOffset.ofTotalSeconds(offsetSeconds(i)));
            String text = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);

            assertThat(text(Timestamps.write(instant))).isEqualTo(instant.toString());
            assertThat(text(Timestamps.write(time))).isEqualTo(text);
            assertThat(Timestamps.instant(instant.toString())).isEqualTo(instant);
            assertThat(Timestamps.dateTime(text)).isEqualTo(time);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-23T08:00:00Z",
                "2026-11-23T08:00:00.0Z",
                "2026-11-23T08:00:00.000000001Z",
                "2026-11-23T08:00:00.0000000012Z",
                "2026-11-23T08:00:00.Z",
                "2026-11-23T08:00Z",
                "2026-11-23T08:00:60Z",
                "2026-11-23T23:59:60Z",
                "2026-11-23T24:00:00Z",
                "2026-11-23T25:00:00Z",
                "2026-02-29T08:00:00Z",
                "2024-02-29T08:00:00Z",
                "2026-02-30T08:00:00Z",
                "2026-13-01T08:00:00Z",
                "0000-01-01T00:00:00Z",
                "-2026-11-23T08:00:00Z",
                "+12026-11-23T08:00:00Z",
                "2026-11-23t08:00:00z",
                "2026-11-23 08:00:00Z",
                "2026-11-23T08:00:00",
                "2026-11-23T08:00:00+01:00",
                "2026-11-23T08:00:00.5-23:00",
                "2026-11-23T08:00:00-00:00",
                "2026-11-23T08:00:00+19:00",
                "2026-11-23T08:00:00+1:00",
                "2026-11-23T08:00:00+01:00:30",
                "2026-11-23T08:00:00+01",
                "2026-11-23T08:00:00,5Z",
                "２026-11-23T08:00:00Z",
                "2026-11-23T08:00:00.12 Z",
                "today",
                "Z",
                ""
            })
    void oddTextsAreReadOrRefusedAsTheJdkDoes(String text) {
        assertThat(read(text, Timestamps::instant)).isEqualTo(read(text, Instant::parse));
        assertThat(read(text, Timestamps::dateTime)).isEqualTo(read(text, OffsetDateTime::parse));
    }

    /** From before the year 0 to after 9999 at times; with fractions of all lengths. */
    private Instant instant(int i) {
        long second = i % 10 == 0
                ? random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L)
                : random.nextLong(0, 5_000_000_000L);
        int unit = UNITS[random.nextInt(UNITS.length)];
        return Instant.ofEpochSecond(second, (long) (random.nextInt(1_000_000_000) / unit) * unit);
    }

    private int offsetSeconds(int i) {
        return switch (i % 3) {
            case 0 -> 0;
            case 1 -> random.nextInt(-18, 19) * 3_600;
            default -> random.nextInt(-64_800, 64_801);
        };
    }

    private static <T> Optional<T> read(String text, Function<String, T> parse) {
        try {
            return Optional.of(parse.apply(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, US_ASCII);
    }
}
