package dev.triggers.access;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Redis as a map, which can be away. */
final class FakeRedis implements RedisValues {

    final Map<String, String> values = new HashMap<>();
    boolean away;

    @Override
    public Optional<String> get(String key) throws RedisAway {
        if (away) {
            throw new RedisAway("away");
        }
        return Optional.ofNullable(values.get(key));
    }

    @Override
    public void put(String key, String value, Duration timeToLive) {
        if (!away) {
            values.put(key, value);
        }
    }

    @Override
    public boolean up() {
        return !away;
    }
}
