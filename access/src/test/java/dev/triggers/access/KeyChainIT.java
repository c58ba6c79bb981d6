package dev.triggers.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.limit.Tier;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The layers as a service has them, on real Redis and PostgreSQL. */
@ExtendWith(RealBackendsExtension.class)
class KeyChainIT extends ApiKeysContract {

    private static final KeyCachePolicy POLICY = new KeyCachePolicy(
            1_000,
            1_000,
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofMinutes(10));

    private final AtomicLong nanos = new AtomicLong();
    private HikariDataSource dataSource;
    private LettuceRedis redis;
    private JdbcOrgs orgs;
    private JdbcApiKeys bottom;
    private RedisApiKeys middle;
    private CaffeineApiKeys keys;

    @BeforeEach
    void open(RealBackends backends) {
        dataSource = TestPostgres.migrated(backends.freshDatabase("key_chain"));
        redis = new LettuceRedis(RedisURI.create(backends.redisUrl()), Duration.ofMillis(500), Duration.ofMillis(100));
        redis.start();
        orgs = new JdbcOrgs(dataSource, InstantSource.system(), KeyChanges.NOBODY);
        bottom = new JdbcApiKeys(dataSource);
        middle = new RedisApiKeys(bottom, redis, Duration.ofMinutes(5), Duration.ofSeconds(30));
        keys = chain();
        await().until(redis::up);
    }

    @AfterEach
    void close() {
        redis.close();
        dataSource.close();
    }

    @Override
    ApiKeys keys() {
        return keys;
    }

    @Override
    Known known() {
        NewOrg created = orgs.create("known", Tier.PRO);
        return new Known(created.key().key(), TestOrgs.callerOf(created));
    }

    @Test
    void anotherInstanceFindsAKeyInRedis() {
        Known known = known();
        keys.find(known.key().hash());
        CaffeineApiKeys other = chain();

        await().untilAsserted(() -> assertThat(
                        redis.get("triggers:key:" + known.key().hash().hex()))
                .isPresent());
        long asked = bottom.lookUps().all();

        assertThat(other.find(known.key().hash())).contains(known.caller());
        assertThat(bottom.lookUps().all()).isEqualTo(asked);
    }

    @Test
    void withRedisDownPostgresAnswersAndNobodyWaitsTwice(RealBackends backends) {
        Known known = known();
        backends.redis().stop();
        try {
            await().until(() -> {
                chain().find(known.key().hash());
                return !redis.up();
            });
            long begin = System.nanoTime();

            for (int i = 0; i < 100; i++) {
                assertThat(chain().find(known.key().hash())).contains(known.caller());
            }

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
            assertThat(middle.lookUps().failures()).isGreaterThanOrEqualTo(100);
        } finally {
            backends.redis().start();
        }
        await().until(redis::up);
    }

    @Test
    void aKnownKeyOutlivesPostgresAndRedis(RealBackends backends) {
        Known known = known();
        keys.find(known.key().hash());
        backends.redis().stop();
        backends.postgreSql().stop();
        try {
            nanos.addAndGet(Duration.ofMinutes(9).toNanos());

            assertThat(keys.find(known.key().hash())).contains(known.caller());
        } finally {
            backends.postgreSql().start();
            backends.redis().start();
        }
    }

    @Test
    void everyLayersHitsAndMissesAreWhatReachedIt() {
        Known known = known();
        for (int i = 0; i < 10; i++) {
            keys.find(known.key().hash());
        }
        for (int i = 0; i < 5; i++) {
            keys.find(Keys.fresh().hash());
        }

        assertThat(keys.lookUps().all()).isEqualTo(15);
        assertThat(middle.lookUps().all()).isEqualTo(keys.lookUps().misses());
        assertThat(bottom.lookUps().all()).isEqualTo(middle.lookUps().misses());
    }

    private CaffeineApiKeys chain() {
        return new CaffeineApiKeys(middle, POLICY, nanos::get, Runnable::run);
    }
}
