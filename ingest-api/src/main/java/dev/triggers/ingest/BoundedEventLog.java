package dev.triggers.ingest;

import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Lets only so many submissions, and so many bytes, be under way at once. The rest fails at once as {@link LogOverloaded}. */
public final class BoundedEventLog implements EventLog {

    /** Bytes that a submission's attributes are taken for. */
    private static final int ATTRIBUTE_BYTES = 1_024;

    private final EventLog log;
    private final long mostEvents;
    private final long mostBytes;
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    public BoundedEventLog(EventLog log, long mostEvents, long mostBytes) {
        this.log = log;
        this.mostEvents = mostEvents;
        this.mostBytes = mostBytes;
    }

    @Override
    public CompletableFuture<Receipt> append(Submission submission) {
        long size = submission.event().data().size() + (long) ATTRIBUTE_BYTES;
        long eventsNow = events.incrementAndGet();
        long bytesNow = bytes.addAndGet(size);
        if (eventsNow > mostEvents || bytesNow > mostBytes) {
            release(size);
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

    /** Submissions under way. */
    public long events() {
        return events.get();
    }

    /** Bytes under way. */
    public long bytes() {
        return bytes.get();
    }

    private void release(long size) {
        events.decrementAndGet();
        bytes.addAndGet(-size);
    }
}
