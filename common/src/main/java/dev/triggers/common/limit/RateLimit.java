package dev.triggers.common.limit;

import java.time.Duration;

/** What an org may send: so many events a minute after a burst, or any number. */
public sealed interface RateLimit {

    /** No limit at all. */
    RateLimit UNLIMITED = new Unlimited();

    static RateLimit perMinute(long events) {
        return new PerMinute(events, events);
    }

    /** No limit at all. */
    record Unlimited() implements RateLimit {}

    /**
     * A token bucket's numbers.
     *
     * @param events tokens refilled each minute, 1 to 1,000,000,000
     * @param burst tokens a full bucket holds, 1 to 1,000,000,000
     */
    record PerMinute(long events, long burst) implements RateLimit {

        private static final long MOST = 1_000_000_000L;

        public PerMinute {
            require("limit", events);
            require("burst", burst);
        }

        private static void require(String name, long value) {
            if (value < 1 || value > MOST) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: 1 to " + MOST + ")");
            }
        }

        /** How long an empty bucket takes to be full. Rounded up to a millisecond. */
        public Duration refillTime() {
            return Duration.ofMillis(Math.ceilDiv(burst * TokenBucket.UNITS_PER_TOKEN, events));
        }
    }
}
