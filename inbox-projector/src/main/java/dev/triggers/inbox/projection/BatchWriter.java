package dev.triggers.inbox.projection;

import dev.triggers.inbox.projection.Projection.Prepared;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Applies batches to a {@link Projection} and measures it, for all consumers of a projector. */
final class BatchWriter {

    private static final int IDLE_SECONDS = 10;

    private final Projection projection;
    private final ProjectionMeters meters;
    private final BatchSize size;
    /** Threads that come and go; as many are busy as consumers have a batch under way. */
    private final ExecutorService threads = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().daemon().name("projector-writer-", 0).factory());

    BatchWriter(Projection projection, ProjectionMeters meters, BatchSize size) {
        this.projection = projection;
        this.meters = meters;
        this.size = size;
    }

    /** How large batches should be. */
    BatchSize size() {
        return size;
    }

    /** False: another projector has one of its partitions, and nothing was changed. */
    boolean apply(Batch batch) throws SQLException {
        return apply(batch, projection.prepare(batch));
    }

    /** Does what can be done before, and then, once it is asked, the same on a thread of its own. */
    Supplier<Future<Boolean>> ready(Batch batch) {
        Prepared prepared = projection.prepare(batch);
        return () -> threads.submit(() -> apply(batch, prepared));
    }

    private boolean apply(Batch batch, Prepared prepared) throws SQLException {
        meters.atHand(batch);
        long start = System.nanoTime();
        if (!prepared.apply()) {
            return false;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        size.took(batch.size(), took);
        meters.projected(batch, took);
        return true;
    }
}
