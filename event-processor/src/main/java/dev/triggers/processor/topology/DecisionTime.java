package dev.triggers.processor.topology;

import java.time.Duration;
import java.time.Instant;

/**
 * The time decisions go by: the log's time, but never more than 5 minutes past the ingest instance's, and never
 * backwards within a partition. One clock that jumps, the broker's or an instance's, neither empties the dedup window
 * nor fills a bucket. A function of the records alone, so that a replay decides the same.
 */
final class DecisionTime {

    static final Duration TRUST = Duration.ofMinutes(5);

    private long latestMillis;

    /** @param latestMillis the latest decision time so far; 0 for none */
    DecisionTime(long latestMillis) {
        this.latestMillis = latestMillis;
    }

    long of(long logAppendMillis, Instant receivedAt) {
        long trusted = Math.min(logAppendMillis, receivedAt.plus(TRUST).toEpochMilli());
        latestMillis = Math.max(latestMillis, trusted);
        return latestMillis;
    }

    /** For a record without an ingest stamp: it does not move the time. */
    long ofUnstamped(long logAppendMillis) {
        return latestMillis == 0 ? logAppendMillis : latestMillis;
    }
}
