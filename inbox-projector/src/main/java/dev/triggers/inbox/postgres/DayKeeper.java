package dev.triggers.inbox.postgres;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the partitions of the coming days attached ahead, and drops those older than the retention, for as long as it runs. */
public final class DayKeeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DayKeeper.class);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(15);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);
    private static final int DAYS_BEHIND = 1;
    private static final int DAYS_AHEAD = 3;

    private final DayPartitions days;
    private final PastDays past;
    private final Retention retention;
    private final Counter dropped;
    private final Counter failures;
    /** The last day that is surely attached. */
    private volatile LocalDate ahead;

    private @Nullable Thread thread;

    /** @param owner connections of the role that owns the tables */
    public DayKeeper(DataSource owner, DayPartitions days, Retention retention, MeterRegistry meters) {
        this.days = days;
        this.past = new PastDays(owner);
        this.retention = retention;
        this.ahead = retention.today().minusDays(1);
        Gauge.builder("triggers.inbox.days.ahead", this, DayKeeper::daysAhead)
                .description("Days after today whose partitions are there")
                .register(meters);
        dropped = Counter.builder("triggers.inbox.days.dropped")
                .description("Partitions dropped because their day is over the retention")
                .register(meters);
        failures = Counter.builder("triggers.inbox.days.failures")
                .description("Times partitions could not be attached or dropped; tried again after half a minute")
                .register(meters);
    }

    /** Yesterday, today and the days attached ahead. */
    static List<LocalDate> around(LocalDate today) {
        return IntStream.rangeClosed(-DAYS_BEHIND, DAYS_AHEAD)
                .mapToObj(today::plusDays)
                .toList();
    }

    /** Falls by one a day while nothing can be attached; below 0, today has to be attached by who writes first. */
    private double daysAhead() {
        return ChronoUnit.DAYS.between(retention.today(), ahead);
    }

    /** Begins in the background. */
    public synchronized void start() {
        thread = Thread.ofPlatform().daemon().name("inbox-days").start(this::keep);
    }

    private void keep() {
        try {
            while (true) {
                Thread.sleep(pass() ? LOOK_EVERY : RETRY_AFTER);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks once. False: something could not be done, and has to be tried again. */
    boolean pass() {
        try {
            List<LocalDate> wanted = around(retention.today());
            days.forget(wanted);
            days.ensure(wanted);
            ahead = wanted.getLast();
            dropped.increment(past.dropBefore(retention.oldest()));
            return true;
        } catch (SQLException e) {
            failures.increment();
            log.atWarn()
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("partitions not attached or dropped, trying again");
            return false;
        }
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
