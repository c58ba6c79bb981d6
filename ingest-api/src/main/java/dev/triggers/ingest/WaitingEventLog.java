package dev.triggers.ingest;

import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets only so many submissions, and so many bytes, be under way at once. Who comes beyond that waits for room, in turn, for
 * a bounded time; after it the submission fails as {@link LogOverloaded}.
 */
public final class WaitingEventLog implements EventLog {

    private static final int KIBIBYTE = 1_024;

    private final EventLog log;
    private final Semaphore events;
    private final Semaphore kibibytes;
    private final long mostNanos;

    /**
     * @param mostBytes of data, and 1 KiB an event for its attributes; counted in whole KiB
     * @param most how long one waits
     */
    public WaitingEventLog(EventLog log, int mostEvents, long mostBytes, Duration most) {
        this.log = log;
        this.events = new Semaphore(mostEvents, true);
        this.kibibytes = new Semaphore((int) Math.min(mostBytes / KIBIBYTE, Integer.MAX_VALUE), true);
        this.mostNanos = most.toNanos();
    }

    @Override
    public CompletableFuture<Receipt> append(Submission submission) {
        int size = 1 + Math.ceilDiv(submission.event().data().size(), KIBIBYTE);
        if (!room(size)) {
            return CompletableFuture.failedFuture(
                    new LogOverloaded("in flight: full (expected: less under way)", null));
        }
        try {
            return log.append(submission).whenComplete((receipt, failure) -> release(size));
        } catch (RuntimeException | Error e) {
            release(size);
            throw e;
        }
    }

    private boolean room(int size) {
        long until = System.nanoTime() + mostNanos;
        if (!acquired(events, 1, until)) {
            return false;
        }
        if (!acquired(kibibytes, size, until)) {
            events.release();
            return false;
        }
        return true;
    }

    private static boolean acquired(Semaphore room, int permits, long until) {
        try {
            return room.tryAcquire(permits, until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void release(int size) {
        kibibytes.release(size);
        events.release();
    }
}
