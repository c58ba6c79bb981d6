package dev.triggers.access;

import dev.triggers.access.RedisValues.RedisAway;
import java.time.Duration;
import java.util.Optional;

/**
 * Shares known keys between instances. Redis being away or slow is never an error: the layer below is asked. Unknown
 * keys are not written. Keys in Redis are named by the whole hash, so that a shared prefix opens nothing.
 */
public final class RedisApiKeys implements ApiKeys {

    private static final String PREFIX = "triggers:key:";

    private final ApiKeys below;
    private final RedisValues redis;
    private final Duration timeToLive;
    private final LookUps lookUps = new LookUps();

    /** @param timeToLive how long Redis holds a key */
    public RedisApiKeys(ApiKeys below, RedisValues redis, Duration timeToLive) {
        this.below = below;
        this.redis = redis;
        this.timeToLive = timeToLive;
    }

    @Override
    public Optional<Caller> find(ApiKeyHash hash) {
        String key = PREFIX + hash.hex();
        Optional<Caller> shared = shared(key);
        if (shared.isPresent()) {
            return shared;
        }
        Optional<Caller> caller = below.find(hash);
        caller.ifPresent(c -> redis.put(key, CallerText.write(c), timeToLive));
        return caller;
    }

    /** What was looked up here, and how often it was found. */
    public LookUps lookUps() {
        return lookUps;
    }

    private Optional<Caller> shared(String key) {
        try {
            Optional<Caller> caller = redis.get(key).flatMap(CallerText::read);
            if (caller.isPresent()) {
                lookUps.hit();
            } else {
                lookUps.miss();
            }
            return caller;
        } catch (RedisAway e) {
            lookUps.failure();
            return Optional.empty();
        }
    }
}
