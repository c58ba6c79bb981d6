package dev.triggers.inbox.rebuild;

import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.InboxUnavailable;
import dev.triggers.inbox.Rebuilds;
import dev.triggers.inbox.postgres.NextGeneration;
import dev.triggers.inbox.postgres.RebuildRows;
import dev.triggers.inbox.projection.LogReplay;
import dev.triggers.inbox.projection.LogRetention;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what was asked for, on one of any number of instances: builds where a rebuild is under way, and removes what one
 * left behind. An instance that goes down leaves its rebuild to the others, or to itself when it is back: it goes on where
 * it stood.
 */
public final class RebuildRunner implements Rebuilds, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RebuildRunner.class);
    private static final Pace PACE = new Pace(Duration.ofSeconds(2), Duration.ofSeconds(5));
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(3);

    private final RebuildRows rows;
    private final Supplier<NextGeneration> generations;
    private final LogReplay replay;
    private final LogRetention retention;
    private final int threads;
    private final Pace pace;
    /** Somebody asked here: no need to wait until it is looked for. */
    private final Semaphore asked = new Semaphore(0);

    private @Nullable Thread thread;

    /**
     * How often it looks.
     *
     * @param lookEvery whether another instance was asked, or has left something
     * @param retryAfter something was in the way
     */
    record Pace(Duration lookEvery, Duration retryAfter) {}

    /** @param threads partitions built side by side */
    public RebuildRunner(
            RebuildRows rows,
            Supplier<NextGeneration> generations,
            LogReplay replay,
            LogRetention retention,
            int threads) {
        this(rows, generations, replay, retention, threads, PACE);
    }

    RebuildRunner(
            RebuildRows rows,
            Supplier<NextGeneration> generations,
            LogReplay replay,
            LogRetention retention,
            int threads,
            Pace pace) {
        this.pace = pace;
        this.rows = rows;
        this.generations = generations;
        this.replay = replay;
        this.retention = retention;
        this.threads = threads;
    }

    /** Begins to look, in the background, once the tables are there. */
    public synchronized void start() {
        thread = Thread.ofPlatform().daemon().name("inbox-rebuilds").start(this::keepLooking);
    }

    private void keepLooking() {
        try {
            while (true) {
                Duration pause = pass() ? pace.lookEvery() : pace.retryAfter();
                if (asked.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    asked.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False: something was in the way, and has to be tried again. */
    private boolean pass() throws InterruptedException {
        try {
            Optional<Rebuild> asked = rows.last().filter(last -> last.endedAt().isEmpty());
            NextGeneration next = generations.get();
            if (asked.isPresent() || next.isThere()) {
                Optional<Connection> claim = rows.claim();
                if (claim.isPresent()) {
                    try {
                        doWhatIsAsked(next, claim.get());
                    } finally {
                        rows.release(claim.get());
                    }
                }
            }
            return true;
        } catch (SQLException | RuntimeException e) {
            log.atWarn().addKeyValue("cause", String.valueOf(e.getMessage())).log("rebuild held up, trying again");
            return false;
        }
    }

    private void doWhatIsAsked(NextGeneration next, Connection claim) throws SQLException, InterruptedException {
        Optional<Rebuild> asked = rows.last().filter(last -> last.endedAt().isEmpty());
        if (asked.isPresent()) {
            build(asked.get(), next, claim);
        }
        next.drop();
    }

    private void build(Rebuild rebuild, NextGeneration next, Connection claim)
            throws SQLException, InterruptedException {
        if (rebuild.state() == State.BUILDING) {
            try {
                log.atInfo().addKeyValue("rebuild", rebuild.id()).log("building the tables from the log");
                new RebuildRun(rebuild, next, rows, replay, threads, claim).run();
                return;
            } catch (RebuildRun.Cancelled e) {
                log.atInfo().addKeyValue("rebuild", rebuild.id()).log("rebuild cancelled");
            }
        }
        next.drop();
        rows.cancelled(rebuild.id());
    }

    @Override
    public Overview overview() {
        try {
            return new Overview(new Estimate(rows.bytes(), records()), rows.last());
        } catch (SQLException e) {
            throw new InboxUnavailable("postgres: " + e.getMessage(), e);
        } catch (KafkaException e) {
            throw new InboxUnavailable("kafka: " + e.getMessage(), e);
        }
    }

    private long records() {
        Set<TopicPartition> partitions = replay.partitions();
        Map<TopicPartition, Long> oldest = replay.oldest(partitions);
        Map<TopicPartition, Long> ends = replay.ends(partitions);
        return partitions.stream()
                .mapToLong(partition -> ends.getOrDefault(partition, 0L) - oldest.getOrDefault(partition, 0L))
                .sum();
    }

    @Override
    public Overview begin() {
        requireWholeLog();
        try {
            if (!rows.begin(UUID.randomUUID())) {
                throw new ProblemException(
                        ProblemCode.REBUILD_REFUSED, "rebuild: one is under way (expected: one at a time)");
            }
        } catch (SQLException e) {
            throw new InboxUnavailable("postgres: " + e.getMessage(), e);
        }
        asked.release();
        return overview();
    }

    private void requireWholeLog() {
        try {
            List<String> tooShort = retention.tooShort();
            if (!tooShort.isEmpty()) {
                throw new ProblemException(
                        ProblemCode.REBUILD_REFUSED, "log: keeps less than the tables: " + String.join("; ", tooShort));
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new InboxUnavailable("kafka: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InboxUnavailable("kafka: interrupted", e);
        }
    }

    @Override
    public Overview cancel() {
        try {
            rows.cancel();
        } catch (SQLException e) {
            throw new InboxUnavailable("postgres: " + e.getMessage(), e);
        }
        return overview();
    }

    /** What is under way stops at its next batch; another instance, or the next start, goes on with it. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            running = thread;
        }
        if (running != null) {
            running.interrupt();
            try {
                running.join(CLOSE_WITHIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
