package dev.triggers.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.access.RedisValues.Held;
import dev.triggers.access.RedisValues.RedisAway;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.limit.Tier;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A change of a key against everything that could bring back what was before: two instances with the times of a service
 * on one real Redis and one real PostgreSQL. What is awaited here is far below the 20 s after which a key is asked for
 * again anyway.
 */
@ExtendWith(RealBackendsExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class KeyChangesIT {

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration RELINKED = Duration.ofSeconds(5);

    private final AtomicReference<@Nullable Brake> brake = new AtomicReference<>();
    private HikariDataSource postgres;
    private Instance here;
    private Instance there;
    private NewOrg org;
    private ApiKeyHash hash;

    /** Holds back one answer of Postgres that was already given. */
    private record Brake(CountDownLatch read, CountDownLatch released) {}

    @BeforeAll
    void start(RealBackends backends) {
        postgres = TestPostgres.migrated(backends.freshDatabase("key_changes"));
        here = new Instance(backends, postgres);
        there = new Instance(backends, postgres, below -> asked -> {
            Confirmed answer = below.ask(asked);
            @Nullable Brake held = brake.getAndSet(null);
            if (held != null) {
                held.read().countDown();
                awaited(held.released());
            }
            return answer;
        });
    }

    @AfterAll
    void stop() {
        here.close();
        there.close();
        postgres.close();
    }

    @BeforeEach
    void anOrg() {
        org = here.orgs.create("acme", Tier.PRO);
        hash = org.key().key().hash();
    }

    @AfterEach
    void open() {
        here.gate.open();
        there.gate.open();
        await().atMost(RELINKED).until(() -> here.redis.up() && there.redis.up());
    }

    @Test
    void aChangeMadeHereIsKnownThere() {
        assertThat(there.keys.find(hash)).isPresent();

        here.orgs.change(org.org().id(), OrgChange.suspended(true));

        await().atMost(SOON).until(() -> there.keys.find(hash).orElseThrow().suspended());
        revoke();
        assertThat(here.keys.find(hash)).isEmpty();
        await().atMost(SOON).until(() -> there.keys.find(hash).isEmpty());
    }

    @Test
    void aRefillThatWasReadBeforeARevokeLosesToIt() throws Exception {
        Brake held = new Brake(new CountDownLatch(1), new CountDownLatch(1));
        brake.set(held);
        CompletableFuture<Boolean> refill =
                CompletableFuture.supplyAsync(() -> there.keys.find(hash).isPresent());
        awaited(held.read());
        revoke();
        awaitTombstone();
        await().atMost(SOON).until(() -> there.keys.find(hash).isEmpty());

        held.released().countDown();

        assertThat(refill.get(5, TimeUnit.SECONDS)).isFalse();
        assertThat(there.keys.find(hash)).isEmpty();
        there.redis.announce("barrier", new RedisValues.Versioned(1, "1|1|gone"), SOON, "barrier");
        assertThat(inRedis()).endsWith("|gone");
    }

    @Test
    void aRevokeWhileRedisIsDownHoldsWhenItComesBackWithTheOldValue() throws Exception {
        there.keys.find(hash);
        await().atMost(SOON).until(() -> !inRedis().isEmpty());
        String old = inRedis();
        Brake held = new Brake(new CountDownLatch(1), new CountDownLatch(1));
        here.gate.shut();
        there.gate.shut();
        await().until(() -> !here.redis.up() && !there.redis.up());
        CaffeineApiKeys cold = new CaffeineApiKeys(there.middle, Instance.POLICY);
        brake.set(held);
        CompletableFuture<Boolean> refill =
                CompletableFuture.supplyAsync(() -> cold.find(hash).isPresent());
        awaited(held.read());

        revoke();
        assertThat(here.notices.unwritten()).isEqualTo(1);
        there.gate.open();
        await().atMost(RELINKED).until(there.redis::up);
        assertThat(there.redis.get(RedisApiKeys.name(hash)).map(Held::text)).contains(old);
        here.gate.open();

        await().atMost(RELINKED).until(() -> here.notices.unwritten() == 0);
        await().atMost(SOON).until(() -> there.keys.find(hash).isEmpty());
        held.released().countDown(); // read before the revoke, written after the tombstone
        refill.get(5, TimeUnit.SECONDS);
        there.redis.announce("barrier", new RedisValues.Versioned(1, "1|1|gone"), SOON, "barrier");
        assertThat(inRedis()).endsWith("|gone");
        assertThat(new CaffeineApiKeys(there.middle, Instance.POLICY).find(hash))
                .isEmpty();
    }

    @Test
    void whatCouldNotBeWrittenIsWrittenOnceRedisIsBackTheNewestOfEachKey() throws Exception {
        there.keys.find(hash);
        here.gate.shut();
        await().until(() -> !here.redis.up());

        here.orgs.change(org.org().id(), OrgChange.to(Tier.BUSINESS));
        here.orgs.change(org.org().id(), OrgChange.suspended(true));
        Caller newest = here.bottom.find(hash).orElseThrow();
        assertThat(here.notices.unwritten()).isEqualTo(1);
        assertThat(inRedis()).doesNotContain("|s|");
        here.gate.open();

        await().atMost(RELINKED).until(() -> here.notices.unwritten() == 0);
        assertThat(KeyStateText.read(inRedis())).contains(new KeyState.InUse(newest));
        await().atMost(SOON).until(() -> there.keys.find(hash).orElseThrow().equals(newest));
    }

    @Test
    void aMessageThatWasLostInAReconnectIsMadeUpForByDoubtingAll() throws Exception {
        assertThat(there.keys.find(hash)).isPresent();
        there.gate.shut();
        await().until(() -> !there.redis.up());

        revoke();
        awaitTombstone();
        assertThat(there.keys.find(hash)).as("nobody could tell it").isPresent();
        there.gate.open();

        await().atMost(RELINKED).until(there.redis::up);
        assertThat(there.keys.find(hash)).isEmpty();
    }

    @Test
    void whatADeadProcessDidNotWriteIsFoundByWhoeverAsksAgain() throws Exception {
        there.keys.find(hash);
        await().atMost(SOON).until(() -> !inRedis().isEmpty());

        new JdbcKeyRing(postgres, InstantSource.system(), KeyChanges.NOBODY)
                .revoke(org.org().id(), org.key().id());

        assertThat(inRedis()).doesNotEndWith("|gone");
        RedisApiKeys later = new RedisApiKeys(there.guesses, there.redis, Instance.TIME_TO_LIVE, Duration.ofMillis(1));
        assertThat(later.ask(hash).state()).as("older than fresh").isInstanceOf(KeyState.Gone.class);
        await().atMost(SOON).until(() -> inRedis().endsWith("|gone"));
    }

    private void revoke() {
        assertThat(here.ring.revoke(org.org().id(), org.key().id())).isTrue();
    }

    private void awaitTombstone() {
        await().atMost(SOON).until(() -> inRedis().endsWith("|gone"));
    }

    /** As whichever instance is linked sees it. */
    private String inRedis() throws RedisAway {
        LettuceRedis linked = here.redis.up() ? here.redis : there.redis;
        return linked.get(RedisApiKeys.name(hash)).map(Held::text).orElse("");
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
