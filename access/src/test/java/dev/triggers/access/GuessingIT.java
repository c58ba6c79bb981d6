package dev.triggers.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.limit.Tier;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What guessing keys costs Postgres: counted by the layer, and by the statements that are prepared on its connections. */
@ExtendWith(RealBackendsExtension.class)
class GuessingIT {

    private static final PerMinute GUESSES = new PerMinute(600, 200);
    private static final int AT_ONCE = 16;
    private static final int KEYS = 1_000;

    private final AtomicInteger statements = new AtomicInteger();
    private long nowMillis = 1_700_000_000_000L;
    private final InstantSource clock = () -> Instant.ofEpochMilli(nowMillis);
    private HikariDataSource postgres;
    private JdbcOrgs orgs;
    private JdbcApiKeys bottom;
    private BoundedApiKeys guesses;
    private CaffeineApiKeys keys;

    @BeforeEach
    void open(RealBackends backends) {
        postgres = TestPostgres.migrated(backends.freshDatabase("guessing"));
        orgs = new JdbcOrgs(postgres, InstantSource.system(), KeyChanges.NOBODY);
        bottom = new JdbcApiKeys(counting(postgres));
        guesses = new BoundedApiKeys(bottom, GUESSES, AT_ONCE, Duration.ofSeconds(5), clock);
        FakeRedis redis = new FakeRedis();
        redis.away = true;
        keys = new CaffeineApiKeys(
                new RedisApiKeys(guesses, redis, Instance.TIME_TO_LIVE, Instance.POLICY.refreshAfter()),
                Instance.POLICY);
    }

    @AfterEach
    void close() {
        postgres.close();
    }

    @Test
    void aThousandGuessesCostAsManyReadsAsAreAllowed() {
        int undecided = guess(KEYS);

        assertThat(statements).hasValue((int) GUESSES.burst());
        assertThat(bottom.lookUps().all()).isEqualTo(GUESSES.burst());
        assertThat(undecided).isEqualTo(KEYS - (int) GUESSES.burst());
        assertThat(guesses.refused()).isEqualTo(undecided);
    }

    @Test
    void guessesAtOnceCostAtMostTheSeatsMore() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < KEYS; i++) {
                threads.execute(() -> guess(1));
            }
        }

        assertThat(statements.get()).isBetween((int) GUESSES.burst(), (int) GUESSES.burst() + AT_ONCE);
        assertThat(bottom.lookUps().all() + guesses.refused()).isEqualTo(KEYS);
    }

    @Test
    void keysInUseCostNothingOfIt() {
        for (int i = 0; i < 300; i++) {
            assertThat(keys.find(orgs.create("org " + i, Tier.FREE).key().key().hash()))
                    .isPresent();
        }

        assertThat(guess(1)).isZero();
    }

    @Test
    void whileSomebodyGuessesAKeyNobodyKnowsIsUndecidedNeverRefusedAndAKnownOneIsAskedForAgain() {
        ApiKey known = orgs.create("known", Tier.FREE).key().key();
        keys.find(known.hash());
        guess(KEYS);
        ApiKey fresh = orgs.create("fresh", Tier.FREE).key().key();

        assertThat(decided(fresh)).isFalse();
        assertThat(guesses.askAgain(known.hash()).caller()).isPresent();
        nowMillis += 100; // one guess at 600 a minute
        assertThat(keys.find(fresh.hash())).isPresent();
        assertThat(keys.find(known.hash())).isPresent();
    }

    /** How many of so many fresh keys could not be decided; none is found. */
    private int guess(int count) {
        int undecided = 0;
        for (int i = 0; i < count; i++) {
            undecided += decided(Keys.fresh()) ? 0 : 1;
        }
        return undecided;
    }

    private boolean decided(ApiKey key) {
        try {
            assertThat(keys.find(key.hash())).isEmpty();
            return true;
        } catch (KeysUnavailable e) {
            return false;
        }
    }

    private DataSource counting(DataSource counted) {
        return proxy(DataSource.class, counted);
    }

    private <T> T proxy(Class<T> type, Object counted) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        statements.incrementAndGet();
                    }
                    try {
                        Object result = method.invoke(counted, arguments);
                        return result instanceof Connection connection ? proxy(Connection.class, connection) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
