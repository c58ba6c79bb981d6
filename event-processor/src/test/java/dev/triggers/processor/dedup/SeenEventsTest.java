package dev.triggers.processor.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.Fingerprint;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SeenEventsTest {

    private static final Duration WINDOW = Duration.ofHours(24);
    private static final long NOW = 1_800_000_000_000L;
    private static final int MANY = 20_000;

    private final FilterPool pool = new FilterPool(1 << 20);
    private final AtomicInteger reads = new AtomicInteger();

    private final IdsInMemory store = new IdsInMemory();
    private SeenEvents seen;

    @BeforeEach
    void open() {
        seen = new SeenEvents(store, WINDOW, pool, reads::incrementAndGet);
    }

    @AfterEach
    void close() {
        seen.close();
        store.close();
    }

    @Test
    void idsThatWereNeverSeenAreNotLookedForInTheStore() {
        awaitFilters();
        remember(0, MANY, NOW);
        reads.set(0);

        assertThat(found(0, MANY, NOW)).isEqualTo(MANY);
        assertThat(reads).hasValueBetween(MANY, MANY + MANY / 50);
        reads.set(0);
        assertThat(found(MANY, 2 * MANY, NOW)).isZero();
        assertThat(reads).hasValueLessThan(MANY / 50);
    }

    @Test
    void whatTheStoreHadBeforeIsFoundFromTheFirstMomentOnAndReadInMeanwhile() {
        remember(0, MANY, NOW);
        CountDownLatch held = new CountDownLatch(1);
        pool.fill(() -> awaitOpened(held));
        reopen();

        assertThat(found(0, 100, NOW)).isEqualTo(100);
        assertThat(found(MANY, MANY + 100, NOW)).isZero();
        remember(MANY, MANY + 100, NOW);
        assertThat(found(MANY, MANY + 100, NOW)).isEqualTo(100);

        held.countDown();
        awaitFilters();
        assertThat(found(0, MANY + 100, NOW)).isEqualTo(MANY + 100);
        reads.set(0);
        assertThat(found(2 * MANY, 3 * MANY, NOW)).isZero();
        assertThat(reads).hasValueLessThan(MANY / 50);
    }

    @Test
    void filtersGoWithTheWindowsTheyAreOf() {
        awaitFilters();
        remember(0, MANY, NOW);
        long filled = pool.bytes();

        remember(MANY, MANY + 1, NOW + 2 * WINDOW.toMillis());

        assertThat(pool.bytes()).isBetween(1L, filled - 1);
        assertThat(found(0, MANY, NOW + 2 * WINDOW.toMillis())).isZero();
    }

    @Test
    void whatIsClosedHoldsNoMemoryAndNoLongerReadsTheStore() {
        remember(0, MANY, NOW);
        CountDownLatch held = new CountDownLatch(1);
        pool.fill(() -> awaitOpened(held));
        reopen();

        seen.close();
        store.close();
        held.countDown();

        CountDownLatch idle = new CountDownLatch(1);
        pool.fill(idle::countDown);
        awaitOpened(idle);
        assertThat(pool.bytes()).isZero();
        assertThat(store.readsInVain()).isZero();
    }

    /** What was remembered is looked for a window long and no longer, whatever the filters know. */
    @Test
    void anIdIsForgottenAfterTheWindow() {
        awaitFilters();
        remember(0, 1, NOW);

        assertThat(found(0, 1, NOW + WINDOW.toMillis() - 1)).isOne();
        assertThat(found(0, 1, NOW + WINDOW.toMillis())).isZero();
    }

    private void reopen() {
        seen.close();
        open();
    }

    private void awaitFilters() {
        await().until(() -> {
            int before = reads.get();
            seen.original(new EventId(UUID.randomUUID()), NOW);
            return reads.get() == before;
        });
    }

    private void remember(int from, int to, long now) {
        for (int i = from; i < to; i++) {
            seen.remember(id(i), new Original(new Fingerprint(i, i), i, now));
        }
    }

    /** How many of them are found, each with what was remembered of it. */
    private int found(int from, int to, long now) {
        int found = 0;
        for (int i = from; i < to; i++) {
            Optional<Original> original = seen.original(id(i), now);
            if (original.isPresent()) {
                assertThat(original.get().offset()).isEqualTo(i);
                found++;
            }
        }
        return found;
    }

    private static EventId id(int number) {
        return new EventId(new UUID(0x0193_0000_0000_7000L, Long.MIN_VALUE | number));
    }

    private static void awaitOpened(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
