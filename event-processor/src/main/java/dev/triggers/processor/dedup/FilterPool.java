package dev.triggers.processor.dedup;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What the filters of all partitions of a process share: their memory, which has a bound, and the one thread that fills them. */
public final class FilterPool {

    private static final long THREAD_IDLES_SECONDS = 5;

    private final long most;
    private final AtomicLong taken = new AtomicLong();
    private final ExecutorService filling;

    /** @param most bytes of all filters together; 0: there are none, and every id is looked up */
    public FilterPool(long most) {
        if (most < 0) {
            throw new IllegalArgumentException("filter bytes: " + most + " (expected: 0 and up)");
        }
        this.most = most;
        // at most one for each store, so the queue is as long as there are partitions
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1,
                1,
                THREAD_IDLES_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("seen-filters").factory());
        one.allowCoreThreadTimeOut(true);
        this.filling = one;
    }

    /** Bytes that filters have now. */
    public long bytes() {
        return taken.get();
    }

    /** True: so many bytes are the caller's until it gives them back. */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= most) {
            return true;
        }
        give(bytes);
        return false;
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** Runs it on the thread for filling, once those before it are done. */
    void fill(Runnable filling) {
        this.filling.execute(filling);
    }
}
