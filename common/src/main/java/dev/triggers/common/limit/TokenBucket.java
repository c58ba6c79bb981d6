package dev.triggers.common.limit;

import dev.triggers.common.limit.RateLimit.PerMinute;
import java.time.Duration;

/**
 * What is left of an org's budget at an instant. One token is 60,000 units: a limit of n events a minute refills
 * exactly n units each millisecond, so nothing is ever rounded and nothing drifts. Below zero is debt.
 *
 * @param units what is left
 * @param asOfMillis when that was so, Unix milliseconds of the caller's clock
 */
public record TokenBucket(long units, long asOfMillis) {

    /** Units in a token: milliseconds in a minute. */
    public static final long UNITS_PER_TOKEN = 60_000L;

    public static TokenBucket full(PerMinute limit, long nowMillis) {
        return new TokenBucket(capacity(limit), nowMillis);
    }

    /** The bucket at a later instant: refilled, never above the burst. An earlier instant changes nothing. */
    public TokenBucket at(PerMinute limit, long nowMillis) {
        long capacity = capacity(limit);
        long elapsed = nowMillis - asOfMillis;
        if (elapsed <= 0) {
            return units > capacity ? new TokenBucket(capacity, asOfMillis) : this;
        }
        long missing = capacity - units;
        boolean filled = missing <= 0 || elapsed >= Math.ceilDiv(missing, limit.events());
        return new TokenBucket(filled ? capacity : units + elapsed * limit.events(), nowMillis);
    }

    /** Whether a token may be taken when debt down to {@code debtTokens} below zero is allowed. */
    public boolean has(long debtTokens) {
        return units - UNITS_PER_TOKEN >= -debtTokens * UNITS_PER_TOKEN;
    }

    /** The bucket with one token less. May be in debt. */
    public TokenBucket taken() {
        return new TokenBucket(units - UNITS_PER_TOKEN, asOfMillis);
    }

    /** Whole tokens that may be taken without debt. */
    public long remaining() {
        return Math.max(0, units / UNITS_PER_TOKEN);
    }

    /** How long until one token may be taken without debt. Zero when one can be now; rounded up to a millisecond. */
    public Duration untilOne(PerMinute limit) {
        return until(limit, UNITS_PER_TOKEN);
    }

    /** How long until {@link #has} is true again with this much debt allowed. */
    public Duration untilHas(PerMinute limit, long debtTokens) {
        return until(limit, UNITS_PER_TOKEN - debtTokens * UNITS_PER_TOKEN);
    }

    private Duration until(PerMinute limit, long wanted) {
        return units >= wanted ? Duration.ZERO : Duration.ofMillis(Math.ceilDiv(wanted - units, limit.events()));
    }

    private static long capacity(PerMinute limit) {
        return limit.burst() * UNITS_PER_TOKEN;
    }
}
