package dev.triggers.access;

import java.time.Duration;
import java.util.Optional;

/** Short texts with an end, in Redis, which may not be there. */
public interface RedisValues {

    /** Empty: Redis has none. Throws {@link RedisAway}, at once or after one bounded wait, when it does not answer. */
    Optional<String> get(String key) throws RedisAway;

    /** Writes when Redis is there, and does not wait for it. */
    void put(String key, String value, Duration timeToLive);

    /** Whether Redis is there, as far as is known. */
    boolean up();

    /** Redis did not answer. An expected thing: it has no stack trace. */
    final class RedisAway extends Exception {

        private static final long serialVersionUID = 1L;

        public RedisAway(String reason) {
            super(reason, null, false, false);
        }
    }
}
