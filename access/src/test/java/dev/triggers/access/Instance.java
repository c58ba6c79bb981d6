package dev.triggers.access;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.backends.testing.Gate;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.common.limit.RateLimit.PerMinute;
import io.lettuce.core.RedisURI;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.UnaryOperator;

/** All of access as one instance of a service has it, with a gate of its own in front of Redis. */
final class Instance implements AutoCloseable {

    static final Duration TIME_TO_LIVE = Duration.ofMinutes(5);
    static final KeyCachePolicy POLICY = new KeyCachePolicy(
            1_000,
            1_000,
            Duration.ofSeconds(20),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofMinutes(10));
    static final PerMinute GUESSES = new PerMinute(600, 200);
    static final int AT_ONCE = 16;

    final Gate gate;
    final LettuceRedis redis;
    final JdbcApiKeys bottom;
    final BoundedApiKeys guesses;
    final RedisApiKeys middle;
    final CaffeineApiKeys keys;
    final KeyNotices notices;
    final JdbcOrgs orgs;
    final JdbcKeyRing ring;

    Instance(RealBackends backends, HikariDataSource postgres) {
        this(backends, postgres, UnaryOperator.identity());
    }

    /** @param between what stands in front of Postgres */
    Instance(RealBackends backends, HikariDataSource postgres, UnaryOperator<ApiKeys> between) {
        gate = new Gate(URI.create(backends.redisUrl()).getPort());
        redis = new LettuceRedis(
                RedisURI.create("redis://127.0.0.1:" + gate.port()), Duration.ofMillis(500), Duration.ofMillis(200));
        bottom = new JdbcApiKeys(postgres);
        guesses = new BoundedApiKeys(
                between.apply(bottom), GUESSES, AT_ONCE, Duration.ofSeconds(1), InstantSource.system());
        middle = new RedisApiKeys(guesses, redis, TIME_TO_LIVE, POLICY.refreshAfter());
        keys = new CaffeineApiKeys(middle, POLICY);
        notices = new KeyNotices(keys, redis, TIME_TO_LIVE, 1_000);
        orgs = new JdbcOrgs(postgres, InstantSource.system(), notices);
        ring = new JdbcKeyRing(postgres, InstantSource.system(), notices);
        notices.startOn(redis);
        await().until(redis::up);
    }

    @Override
    public void close() {
        notices.close();
        redis.close();
        gate.close();
    }
}
