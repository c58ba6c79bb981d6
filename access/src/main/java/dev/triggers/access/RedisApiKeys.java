package dev.triggers.access;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.triggers.access.KeyState.Gone;
import dev.triggers.access.KeyState.Unknown;
import dev.triggers.access.RedisValues.Held;
import dev.triggers.access.RedisValues.RedisAway;
import dev.triggers.access.RedisValues.Versioned;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Shares known keys between instances. What Redis holds is believed for as long as Postgres's word is fresh, by Redis's
 * own clock; after that only while nobody below can be asked. Redis being away or slow is never an error. Unknown keys
 * are not written. Keys in Redis are named by the whole hash, so that a shared prefix opens nothing.
 */
public final class RedisApiKeys implements ApiKeys {

    private static final String PREFIX = "triggers:key:";

    private final ApiKeys below;
    private final RedisValues redis;
    private final Duration timeToLive;
    private final Duration freshFor;
    private final Ticker ticker;
    private final LookUps lookUps = new LookUps();

    /**
     * @param timeToLive how long Redis holds a key
     * @param freshFor how long since Postgres said so it is believed while Postgres can be asked
     */
    public RedisApiKeys(ApiKeys below, RedisValues redis, Duration timeToLive, Duration freshFor) {
        this(below, redis, timeToLive, freshFor, Ticker.systemTicker());
    }

    RedisApiKeys(ApiKeys below, RedisValues redis, Duration timeToLive, Duration freshFor, Ticker ticker) {
        this.below = below;
        this.redis = redis;
        this.timeToLive = timeToLive;
        this.freshFor = freshFor;
        this.ticker = ticker;
    }

    /** Where a key's state stands in Redis. */
    static String name(ApiKeyHash hash) {
        return PREFIX + hash.hex();
    }

    @Override
    public Confirmed ask(ApiKeyHash hash) {
        Optional<Confirmed> shared = shared(hash);
        return shared.isPresent() ? shared(hash, shared.get()) : confirmed(hash, () -> below.ask(hash));
    }

    @Override
    public Confirmed askAgain(ApiKeyHash hash) {
        Optional<Confirmed> shared = shared(hash);
        return shared.isPresent() ? shared(hash, shared.get()) : confirmed(hash, () -> below.askAgain(hash));
    }

    /** What was looked up here; a hit was fresh enough to answer with. */
    public LookUps lookUps() {
        return lookUps;
    }

    private Confirmed shared(ApiKeyHash hash, Confirmed held) {
        if (fresh(held)) {
            return held;
        }
        try {
            return confirmed(hash, () -> below.askAgain(hash));
        } catch (KeysUnavailable e) {
            return held;
        }
    }

    private Confirmed confirmed(ApiKeyHash hash, Supplier<Confirmed> asking) {
        long begin = ticker.read();
        Confirmed answer = asking.get();
        if (!(answer.state() instanceof Unknown)) {
            Duration left = timeToLive.minus(answer.age()).minusNanos(ticker.read() - begin);
            if (left.toMillis() > 0) {
                redis.offer(name(hash), versioned(answer.state()), left);
            }
        }
        return answer;
    }

    static Versioned versioned(KeyState state) {
        return new Versioned(state.version(), KeyStateText.write(state));
    }

    /** A key that is gone stays gone, however long ago that was said. */
    private boolean fresh(Confirmed held) {
        return held.state() instanceof Gone || held.age().compareTo(freshFor) < 0;
    }

    private Optional<Confirmed> shared(ApiKeyHash hash) {
        try {
            Optional<Confirmed> held = redis.get(name(hash)).flatMap(this::confirmed);
            if (held.filter(this::fresh).isPresent()) {
                lookUps.hit();
            } else {
                lookUps.miss();
            }
            return held;
        } catch (RedisAway e) {
            lookUps.failure();
            return Optional.empty();
        }
    }

    private Optional<Confirmed> confirmed(Held held) {
        Duration age = timeToLive.minus(held.remaining());
        return KeyStateText.read(held.text())
                .map(state -> new Confirmed(state, age.isNegative() ? Duration.ZERO : age));
    }
}
