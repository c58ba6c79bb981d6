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

/** Who waits for something to happen in which org. Bounded: who comes when it is full is answered without waiting. */
public final class WakeUps {

    private final ConcurrentHashMap<OrgId, Set<Waiter>> waiters = new ConcurrentHashMap<>();
    private final Semaphore places;

    public WakeUps(int mostWaiters) {
        this.places = new Semaphore(mostWaiters);
    }

    /** Something happened in this org. */
    public void wake(OrgId org) {
        waiters.getOrDefault(org, Set.of()).forEach(Waiter::wake);
    }

    /** Something may have happened anywhere. */
    public void wakeAll() {
        waiters.values().forEach(all -> all.forEach(Waiter::wake));
    }

    /** How many wait. */
    public long waiting() {
        return waiters.values().stream().mapToLong(Set::size).sum();
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
        enter(org, waiter);
        try {
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
            leave(org, waiter);
            places.release();
        }
    }

    private void enter(OrgId org, Waiter waiter) {
        waiters.compute(org, (_, all) -> {
            Set<Waiter> others = all == null ? ConcurrentHashMap.newKeySet() : all;
            others.add(waiter);
            return others;
        });
    }

    private void leave(OrgId org, Waiter waiter) {
        waiters.computeIfPresent(org, (_, all) -> {
            all.remove(waiter);
            return all.isEmpty() ? null : all;
        });
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
