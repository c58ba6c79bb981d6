package dev.triggers.inbox.live;

import dev.triggers.common.event.OrgId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Who waits for something to happen in which org, and who watches. Requests that wait are bounded: who comes when it is
 * full is answered without waiting.
 */
public final class WakeUps {

    private final ConcurrentHashMap<OrgId, Set<Watch>> watches = new ConcurrentHashMap<>();
    private final Set<Runnable> ofAll = ConcurrentHashMap.newKeySet();
    private final int mostWaiters;
    private final Semaphore places;

    public WakeUps(int mostWaiters) {
        this.mostWaiters = mostWaiters;
        this.places = new Semaphore(mostWaiters);
    }

    /** Something happened in this org. */
    public void wake(OrgId org) {
        watches.getOrDefault(org, Set.of()).forEach(Watch::wake);
        ofAll.forEach(Runnable::run);
    }

    /** Something may have happened anywhere. */
    public void wakeAll() {
        watches.values().forEach(all -> all.forEach(Watch::wake));
        ofAll.forEach(Runnable::run);
    }

    /** How many wait. */
    public long waiting() {
        return (long) mostWaiters - places.availablePermits();
    }

    /**
     * From here on {@code woken} runs whenever something may have happened in the org, until the watch is closed. It runs
     * on the thread that brings the news, so it must not wait. Who watches is bounded elsewhere.
     */
    public Watch watch(OrgId org, Runnable woken) {
        Watch watch = new Watch(org, woken);
        watches.compute(org, (_, all) -> {
            Set<Watch> others = all == null ? ConcurrentHashMap.newKeySet() : all;
            others.add(watch);
            return others;
        });
        return watch;
    }

    /** From here on {@code woken} runs whenever something may have happened anywhere, as with {@link #watch}, for good. */
    public void watchAll(Runnable woken) {
        ofAll.add(woken);
    }

    /** Somebody who wants to know. */
    public final class Watch implements AutoCloseable {

        private final OrgId org;
        private final Runnable woken;

        private Watch(OrgId org, Runnable woken) {
            this.org = org;
            this.woken = woken;
        }

        private void wake() {
            woken.run();
        }

        @Override
        public void close() {
            watches.computeIfPresent(org, (_, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
        }
    }

    /**
     * Asks, and asks again whenever something happened, until the answer is good enough or the time is up; then answers
     * with the last one.
     *
     * @param again how long after an answer it may be good enough without anything having happened; empty: never
     */
    public <T> T until(
            OrgId org, Duration longest, Supplier<T> ask, Predicate<T> enough, Function<T, Optional<Duration>> again) {
        if (longest.isZero() || !places.tryAcquire()) {
            return ask.get();
        }
        Waiter waiter = new Waiter();
        try (Watch _ = watch(org, waiter::wake)) {
            long end = System.nanoTime() + longest.toNanos();
            T answer = ask.get();
            for (long left = longest.toNanos(); left > 0 && !enough.test(answer); left = end - System.nanoTime()) {
                waiter.await(again.apply(answer).map(Duration::toNanos).orElse(left), left);
                answer = ask.get();
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ask.get();
        } finally {
            places.release();
        }
    }

    /** One who waits. A wake-up that comes while it does not wait is kept for its next wait; two are one. */
    private static final class Waiter {

        private final Semaphore woken = new Semaphore(0);

        private void wake() {
            if (woken.availablePermits() == 0) {
                woken.release();
            }
        }

        private void await(long nanos, long mostNanos) throws InterruptedException {
            woken.tryAcquire(Math.max(1, Math.min(nanos, mostNanos)), TimeUnit.NANOSECONDS);
            woken.drainPermits();
        }
    }
}
