package dev.triggers.inbox.postgres;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * How long events and rejections stay in the tables: so many whole days before today, UTC.
 *
 * @param days 1 and up
 */
public record Retention(int days, InstantSource clock) {

    public LocalDate today() {
        return dayOf(clock.instant());
    }

    /** The oldest day that is kept. */
    public LocalDate oldest() {
        return today().minusDays(days);
    }

    boolean keeps(Instant at) {
        return !dayOf(at).isBefore(oldest());
    }

    static LocalDate dayOf(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }
}
