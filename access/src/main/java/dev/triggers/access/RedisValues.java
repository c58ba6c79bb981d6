package dev.triggers.access;

import java.time.Duration;
import java.util.Optional;

/**
 * Versioned texts with an end, in Redis, which may not be there. What stands there only ever gives way to what is as new
 * or newer, compared by Redis itself: a text begins with {@code 1|version|}, anything else gives way to all.
 */
public interface RedisValues {

    /** Empty: Redis has none. Throws {@link RedisAway}, at once or after one bounded wait, when it does not answer. */
    Optional<Held> get(String key) throws RedisAway;

    /** Writes when Redis is there and holds nothing newer, and does not wait for it. */
    void offer(String key, Versioned value, Duration timeToLive);

    /**
     * Writes when Redis holds nothing newer, tells every subscriber, and waits for the answer, bounded. Throws
     * {@link RedisAway} when there is none: it may be written or not, and may be repeated.
     */
    void announce(String key, Versioned value, Duration timeToLive, String notice) throws RedisAway;

    /** Whether Redis is there, as far as is known. */
    boolean up();

    /** A text that begins with {@code 1|version|}. */
    record Versioned(long version, String text) {}

    /**
     * What Redis holds.
     *
     * @param remaining how long it will go on to; rounded down
     */
    record Held(String text, Duration remaining) {}

    /** Redis did not answer. An expected thing: it has no stack trace. */
    final class RedisAway extends Exception {

        private static final long serialVersionUID = 1L;

        public RedisAway(String reason) {
            super(reason, null, false, false);
        }
    }
}
