package dev.triggers.ingest;

import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Says {@link OutcomeUnknown} of what the log has not confirmed by a deadline, so that nobody who waits for an append needs
 * a timer of their own. One thread looks at the oldest every {@value #EVERY_MILLIS} ms: all have the same time, so those
 * are due first.
 */
public final class PunctualEventLog implements EventLog, AutoCloseable {

    private static final int EVERY_MILLIS = 10;
    private static final long EVERY_NANOS = EVERY_MILLIS * 1_000_000L;

    private final EventLog log;
    private final long withinNanos;
    private final Queue<Due> underWay = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    /** @param nanos by {@link System#nanoTime} */
    private record Due(CompletableFuture<Receipt> receipt, long nanos) {}

    /** @param within the longest from the call of {@link #append} until its answer */
    public PunctualEventLog(EventLog log, Duration within) {
        this.log = log;
        this.withinNanos = within.toNanos();
        this.thread = Thread.ofPlatform().daemon().name("appends-due").start(this::watch);
    }

    @Override
    public CompletableFuture<Receipt> append(Submission submission) {
        long due = System.nanoTime() + withinNanos;
        CompletableFuture<Receipt> receipt = log.append(submission);
        if (!receipt.isDone()) {
            underWay.add(new Due(receipt, due));
        }
        return receipt;
    }

    /** Ends the thread. What is under way then is for the log to answer. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(this, EVERY_NANOS);
            endThoseDue();
        }
    }

    /** Drops those that are answered, and answers those that are due, up to the first that is neither. */
    private void endThoseDue() {
        long now = System.nanoTime();
        for (@Nullable Due oldest = underWay.peek(); oldest != null; oldest = underWay.peek()) {
            if (!oldest.receipt.isDone() && oldest.nanos - now > 0) {
                return;
            }
            underWay.remove();
            oldest.receipt.completeExceptionally(new OutcomeUnknown("the log did not confirm in time", null));
        }
    }
}
