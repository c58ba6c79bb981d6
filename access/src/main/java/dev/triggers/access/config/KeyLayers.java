package dev.triggers.access.config;

import dev.triggers.access.BoundedApiKeys;
import dev.triggers.access.CaffeineApiKeys;
import dev.triggers.access.JdbcApiKeys;
import dev.triggers.access.KeyCachePolicy;
import dev.triggers.access.RedisApiKeys;
import dev.triggers.access.RedisValues;
import dev.triggers.common.limit.RateLimit.PerMinute;
import java.time.InstantSource;
import javax.sql.DataSource;

/** The layers a key is looked up in, top to bottom: memory, Redis, and, so far as it may be guessed at, Postgres. */
record KeyLayers(CaffeineApiKeys memory, RedisApiKeys redis, BoundedApiKeys guesses, JdbcApiKeys postgres) {

    /** Look-ups in Postgres, of keys known nowhere else, at once, for each connection of the pool. */
    private static final int AT_ONCE = 4;

    static KeyLayers over(DataSource dataSource, RedisValues values, AccessConfig config, InstantSource clock) {
        KeyCachePolicy policy = config.cache().policy();
        PerMinute guessesAllowed =
                new PerMinute(config.guesses().perMinute(), config.guesses().burst());
        JdbcApiKeys postgres = new JdbcApiKeys(dataSource);
        BoundedApiKeys guesses = new BoundedApiKeys(
                postgres,
                guessesAllowed,
                AT_ONCE * config.postgres().pool(),
                config.postgres().connectionTimeout(),
                clock);
        RedisApiKeys redis = new RedisApiKeys(guesses, values, config.redis().timeToLive(), policy.refreshAfter());
        return new KeyLayers(new CaffeineApiKeys(redis, policy), redis, guesses, postgres);
    }
}
