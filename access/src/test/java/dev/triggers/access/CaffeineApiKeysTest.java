package dev.triggers.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CaffeineApiKeysTest extends ApiKeysContract {

    private static final KeyCachePolicy POLICY = new KeyCachePolicy(
            100, 50, Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofMinutes(10));

    private final AtomicLong nanos = new AtomicLong();
    private final FakeApiKeys below = new FakeApiKeys();
    private final List<Runnable> background = new ArrayList<>();
    private final CaffeineApiKeys keys = new CaffeineApiKeys(below, POLICY, nanos::get, background::add);

    @Override
    ApiKeys keys() {
        return keys;
    }

    @Override
    Known known() {
        ApiKey key = Keys.fresh();
        return new Known(key, below.add(key));
    }

    @Test
    void aFreshKeyIsAskedForOnce() {
        Known known = known();

        for (int i = 0; i < 10; i++) {
            keys.find(known.key().hash());
        }

        assertThat(below.asked()).isEqualTo(1);
        assertThat(keys.lookUps().hits()).isEqualTo(9);
        assertThat(keys.lookUps().misses()).isEqualTo(1);
    }

    @Test
    void aHitMakesNoObject() {
        Known known = known();
        ApiKeyHash hash = known.key().hash();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 1_000; i++) { // classes loaded, counters in place
            keys.find(hash);
        }
        long before = threads.getCurrentThreadAllocatedBytes();

        for (int i = 0; i < 10_000; i++) {
            keys.find(hash);
        }

        // A look-up in ten thousand may tidy the cache up. An object a look-up would be 160,000 bytes and more.
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(40_000);
        assertThat(below.asked()).isEqualTo(1);
    }

    @Test
    void aKeyInUseIsRefreshedInTheBackgroundAfterThirtySeconds() {
        Known known = known();
        keys.find(known.key().hash());
        Caller changed = below.add(known.key());
        later(Duration.ofSeconds(31));

        Optional<Caller> meanwhile = keys.find(known.key().hash());
        runBackground();

        assertThat(meanwhile).contains(known.caller());
        assertThat(keys.find(known.key().hash())).contains(changed);
    }

    @Test
    void anIdleKeyIsAskedForAgainBeforeItIsAnsweredAfterSixtySeconds() {
        Known known = known();
        keys.find(known.key().hash());
        below.remove(known.key());
        later(Duration.ofSeconds(61));

        assertThat(keys.find(known.key().hash())).isEmpty();
    }

    @Test
    void aKnownKeySurvivesTheLossOfPostgresForTenMinutes() {
        Known known = known();
        keys.find(known.key().hash());
        below.away(true);

        for (int second = 0; second < 599; second += 7) {
            assertThat(keys.find(known.key().hash())).contains(known.caller());
            runBackground();
            later(Duration.ofSeconds(7));
        }

        later(Duration.ofSeconds(10));
        assertThatThrownBy(() -> keys.find(known.key().hash())).isInstanceOf(KeysUnavailable.class);
    }

    @Test
    void onceTheLayerBelowIsKnownToBeAwayNobodyWaitsForIt() {
        Known known = known();
        keys.find(known.key().hash());
        below.away(true);
        later(Duration.ofSeconds(61));
        keys.find(known.key().hash());
        int asked = below.asked();

        for (int i = 0; i < 10; i++) {
            keys.find(known.key().hash());
        }

        assertThat(below.asked()).isEqualTo(asked);
    }

    @Test
    void aKeyRevokedWhilePostgresWasAwayIsRefusedOnceItIsBack() {
        Known known = known();
        keys.find(known.key().hash());
        below.away(true);
        later(Duration.ofSeconds(61));
        keys.find(known.key().hash());
        below.away(false);
        below.remove(known.key());

        keys.find(known.key().hash());
        runBackground();

        assertThat(keys.find(known.key().hash())).isEmpty();
    }

    @Test
    void aRefillThatBeganBeforeAChangeWasHeardLosesToIt() {
        ApiKey key = Keys.fresh();
        CaffeineApiKeys[] racing = new CaffeineApiKeys[1];
        ApiKeys slow = hash -> {
            racing[0].learn(hash, new KeyState.Gone(3));
            return Confirmed.now(new KeyState.InUse(Keys.caller(key)));
        };
        racing[0] = new CaffeineApiKeys(slow, POLICY, nanos::get, background::add);

        assertThat(racing[0].find(key.hash())).isEmpty();
        assertThat(racing[0].find(key.hash())).isEmpty();
    }

    @Test
    void whatTheLayerBelowWasToldLongAgoIsAsOldHere() {
        ApiKey key = Keys.fresh();
        Caller caller = Keys.caller(key);
        AtomicInteger asked = new AtomicInteger();
        ApiKeys old = _ -> {
            asked.incrementAndGet();
            return new Confirmed(new KeyState.InUse(caller), Duration.ofSeconds(29));
        };
        CaffeineApiKeys aging = new CaffeineApiKeys(old, POLICY, nanos::get, background::add);
        aging.find(key.hash());
        later(Duration.ofSeconds(31)); // 60 s since it was said

        aging.find(key.hash());

        assertThat(asked).hasValue(2);
    }

    @Test
    void inDoubtAKeyIsAskedForAgainBeforeItIsAnswered() {
        Known known = known();
        keys.find(known.key().hash());
        below.remove(known.key());
        later(Duration.ofSeconds(1));

        keys.doubtAll();

        assertThat(keys.find(known.key().hash())).isEmpty();
    }

    @Test
    void inDoubtAKnownKeyStaysGoodWhileNobodyCanBeAsked() {
        Known known = known();
        keys.find(known.key().hash());
        below.away(true);

        keys.doubtAll();

        assertThat(keys.find(known.key().hash())).contains(known.caller());
    }

    @Test
    void aPostgresThatLostItsLastChangesIsFollowedAfterAnExpiry() {
        Known known = known();
        keys.find(known.key().hash());
        Caller newer = known.caller();
        keys.learn(known.key().hash(), new KeyState.InUse(version(newer, 9)));
        later(Duration.ofSeconds(1));
        keys.find(known.key().hash());
        runBackground();
        assertThat(keys.find(known.key().hash()).orElseThrow().version()).isEqualTo(9);

        later(Duration.ofSeconds(60));

        assertThat(keys.find(known.key().hash())).contains(known.caller());
    }

    @Test
    void aFailureThatIsLongPastKeepsNobodyFromAsking() {
        Known known = known();
        keys.find(known.key().hash());
        below.away(true);
        later(Duration.ofSeconds(61));
        keys.find(known.key().hash());
        below.away(false);
        below.revoke(known.key(), 3);

        later(Duration.ofSeconds(6));

        assertThat(keys.find(known.key().hash())).isEmpty();
    }

    private static Caller version(Caller caller, long version) {
        return new Caller(
                caller.org(),
                caller.keyId(),
                caller.scopes(),
                caller.plan(),
                caller.suspended(),
                caller.expiresAt(),
                version);
    }

    @Test
    void couldNotDecideIsNotRemembered() {
        Known known = known();
        below.away(true);
        assertThatThrownBy(() -> keys.find(known.key().hash())).isInstanceOf(KeysUnavailable.class);

        below.away(false);

        assertThat(keys.find(known.key().hash())).contains(known.caller());
    }

    @Test
    void anUnknownKeyIsAskedForAgainAfterFiveSeconds() {
        ApiKey key = Keys.fresh();
        keys.find(key.hash());
        keys.find(key.hash());
        Caller caller = below.add(key);

        later(Duration.ofSeconds(6));

        assertThat(keys.find(key.hash())).contains(caller);
        assertThat(below.asked()).isEqualTo(2);
    }

    @Test
    void aScanOfUnknownKeysIsBoundedAndPushesNoKnownKeyOut() {
        Known known = known();
        keys.find(known.key().hash());

        for (int i = 0; i < 10_000; i++) {
            keys.find(Keys.fresh().hash());
        }
        keys.cleanUp();

        assertThat(keys.size()).isLessThanOrEqualTo(51);
        int asked = below.asked();
        assertThat(keys.find(known.key().hash())).contains(known.caller());
        assertThat(below.asked()).isEqualTo(asked);
    }

    @Test
    void knownKeysAreBounded() {
        for (int i = 0; i < 1_000; i++) {
            keys.find(known().key().hash());
        }
        keys.cleanUp();

        assertThat(keys.size()).isLessThanOrEqualTo(100);
    }

    @Test
    void howeverManyAskForOneKeyTheLayerBelowIsAskedOnce() throws Exception {
        int callers = 50;
        CountDownLatch asking = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        ApiKey key = Keys.fresh();
        Caller caller = Keys.caller(key);
        ApiKeys slow = hash -> {
            asked.incrementAndGet();
            asking.countDown();
            awaited(answer);
            return Confirmed.now(new KeyState.InUse(caller));
        };
        CaffeineApiKeys flying = new CaffeineApiKeys(slow, POLICY, nanos::get, background::add);

        List<Optional<Caller>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<Caller>>> finds = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                finds.add(threads.submit(() -> flying.find(key.hash())));
            }
            awaited(asking);
            answer.countDown();
            for (Future<Optional<Caller>> find : finds) {
                answers.add(find.get());
            }
        }

        assertThat(answers).hasSize(callers).containsOnly(Optional.of(caller));
        assertThat(asked).hasValue(1);
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void later(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void runBackground() {
        List<Runnable> due = List.copyOf(background);
        background.clear();
        due.forEach(Runnable::run);
    }
}
