package dev.triggers.processor.topology;

import dev.triggers.common.event.Receipt;
import java.time.Duration;

/**
 * When a transaction is worth ending before its interval is over: when its thread has decided all that it fetched, and that
 * was little. Then an event would wait for company that does not come. One for each stream thread, which commits all its
 * partitions together; not for use by several.
 */
final class EarlyCommit {

    /** Decisions of a thread that are little, by the second. From here on the work of more commits would be missed. */
    static final int LITTLE_PER_SECOND = 2_000;

    private final long pauseNanos;
    private final Undecided.Fetched undecided;
    private long since;
    private long decided;

    /**
     * @param pause how long it does not ask for another, at least; how much comes is seen by what is decided in that time
     * @param now {@link System#nanoTime}
     */
    EarlyCommit(Duration pause, Undecided.Fetched undecided, long now) {
        this.pauseNanos = pause.toNanos();
        this.undecided = undecided;
        this.since = now;
    }

    /**
     * One more was decided. Who is behind must not commit more often: a commit may take longer than all that it commits.
     *
     * @param receipt of what was decided
     * @param now {@link System#nanoTime}
     * @return true: end the transaction now
     */
    boolean decided(Receipt receipt, long now) {
        undecided.decided(receipt);
        decided++;
        long passed = now - since;
        if (passed < pauseNanos || !undecided.none()) {
            return false;
        }
        boolean little = decided <= 1 + passed * LITTLE_PER_SECOND / 1_000_000_000L;
        decided = 0;
        since = now;
        return little;
    }

    /** The partition is not this thread's any more. */
    void forget(int partition) {
        undecided.forget(partition);
    }
}
