package dev.triggers.inbox.rebuild;

import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.Rebuilds.Rebuild;
import dev.triggers.inbox.Rebuilds.State;
import dev.triggers.inbox.postgres.NextGeneration;
import dev.triggers.inbox.postgres.RebuildRows;
import dev.triggers.inbox.projection.LogReplay;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One rebuild, as far as this instance brings it: follows the tables in use through the log, never farther than they are,
 * until little is left, then swaps. An organisation stands in partitions of one number, so these are built side by side;
 * events before decisions, as it was the first time.
 */
final class RebuildRun {

    private static final Logger log = LoggerFactory.getLogger(RebuildRun.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /** Offsets that may be left when everybody is made to wait. */
    private static final long FEW = 5_000;

    private static final Duration SWAP_WITHIN = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Rebuild rebuild;
    private final NextGeneration next;
    private final RebuildRows rows;
    private final LogReplay replay;
    private final int threads;
    private final Connection claim;
    private final Set<TopicPartition> partitions;
    private final Map<TopicPartition, Long> oldest;
    private long lookedAt = System.nanoTime();

    /** @param claim says that this instance builds, for as long as it lasts */
    RebuildRun(
            Rebuild rebuild, NextGeneration next, RebuildRows rows, LogReplay replay, int threads, Connection claim) {
        this.rebuild = rebuild;
        this.next = next;
        this.rows = rows;
        this.replay = replay;
        this.threads = threads;
        this.claim = claim;
        this.partitions = replay.partitions();
        this.oldest = replay.oldest(partitions);
    }

    /** Somebody asked for it to end. */
    static final class Cancelled extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Cancelled() {
            super("cancelled", null, false, false);
        }
    }

    /** Returns once swapped. Throws {@link Cancelled}, and whatever is in the way: what was built until then stays. */
    void run() throws SQLException, InterruptedException {
        next.prepare();
        Duration pause = FIRST_PAUSE;
        boolean followed = false;
        while (true) {
            Map<TopicPartition, Long> inUse = next.positionsInUse(partitions);
            if (!followed || missing(inUse) > FEW) {
                follow(inUse);
                report();
                followed = true;
            } else if (waiting() <= FEW && swapped()) {
                return;
            } else {
                rest(pause);
                followed = false;
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    private void rest(Duration pause) throws SQLException, InterruptedException {
        long until = System.nanoTime() + pause.toNanos();
        while (System.nanoTime() < until) {
            Thread.sleep(LOOK_EVERY.dividedBy(5));
            check();
        }
    }

    /** Offsets that the tables in use have and these have not. */
    private long missing(Map<TopicPartition, Long> inUse) throws SQLException {
        Map<TopicPartition, Long> built = next.positions(partitions);
        return partitions.stream()
                .mapToLong(partition -> inUse.getOrDefault(partition, 0L)
                        - Math.max(built.getOrDefault(partition, 0L), oldest.getOrDefault(partition, 0L)))
                .filter(offsets -> offsets > 0)
                .sum();
    }

    /** Decisions in the log that the tables in use have not come to yet. */
    private long waiting() throws SQLException {
        Set<TopicPartition> decisions = of(RebuildRun::isDecisions);
        Map<TopicPartition, Long> inUse = next.positionsInUse(decisions);
        Map<TopicPartition, Long> ends = replay.ends(decisions);
        return decisions.stream()
                .mapToLong(
                        partition -> Math.max(0, ends.getOrDefault(partition, 0L) - inUse.getOrDefault(partition, 0L)))
                .sum();
    }

    private static boolean isDecisions(TopicPartition partition) {
        return partition.topic().equals(Topics.DISPOSITIONS.name());
    }

    private Set<TopicPartition> of(Predicate<TopicPartition> which) {
        return partitions.stream().filter(which).collect(Collectors.toSet());
    }

    private void follow(Map<TopicPartition, Long> inUse) throws SQLException, InterruptedException {
        List<Callable<Void>> shares = new ArrayList<>();
        for (int share = 0; share < threads; share++) {
            int number = share;
            shares.add(() -> {
                build(inUse, partition -> partition.partition() % threads == number, this::check);
                return null;
            });
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("inbox-rebuild-", 0).factory())) {
            List<Future<Void>> running = shares.stream().map(pool::submit).toList();
            try {
                for (Future<Void> each : running) {
                    each.get();
                }
            } catch (ExecutionException e) {
                throw asItWas(e);
            } finally {
                running.forEach(each -> each.cancel(true));
                pool.shutdownNow();
            }
        }
    }

    private static SQLException asItWas(ExecutionException e) throws InterruptedException {
        return switch (e.getCause()) {
            case SQLException failed -> failed;
            case InterruptedException interrupted -> throw interrupted;
            case RuntimeException unexpected -> throw unexpected;
            case null, default -> throw new IllegalStateException(e);
        };
    }

    private void build(Map<TopicPartition, Long> inUse, Predicate<TopicPartition> which, LogReplay.Watch watch)
            throws SQLException, InterruptedException {
        replay.to(next, targets(inUse, which.and(Predicate.not(RebuildRun::isDecisions))), watch);
        replay.to(next, targets(inUse, which.and(RebuildRun::isDecisions)), watch);
    }

    private Map<TopicPartition, Long> targets(Map<TopicPartition, Long> inUse, Predicate<TopicPartition> which) {
        Map<TopicPartition, Long> targets = new HashMap<>(inUse);
        targets.keySet().removeIf(which.negate());
        return targets;
    }

    /** False: somebody has held on to the tables in use for too long, or too much came meanwhile. */
    private boolean swapped() throws InterruptedException {
        long began = System.nanoTime();
        try {
            next.swap(() -> catchUp(began), rebuild.id());
        } catch (SQLException | RuntimeException e) {
            log.atWarn().addKeyValue("cause", String.valueOf(e.getMessage())).log("tables not swapped, trying again");
            return false;
        }
        log.atInfo()
                .addKeyValue(
                        "millis", Duration.ofNanos(System.nanoTime() - began).toMillis())
                .log("tables swapped for those built from the log");
        return true;
    }

    private void catchUp(long began) throws SQLException, InterruptedException {
        LogReplay.Watch soon = () -> {
            if (System.nanoTime() - began > SWAP_WITHIN.toNanos()) {
                throw new SQLException("swap: longer than " + SWAP_WITHIN);
            }
        };
        Map<TopicPartition, Long> inUse = next.positionsInUse(partitions);
        build(inUse, _ -> true, soon);
        next.applyEarly(replay.appliedEarly(targets(inUse, RebuildRun::isDecisions), soon));
    }

    /** Says how far it is, now and then. Throws when this instance is to stop. */
    private synchronized void check() throws SQLException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (System.nanoTime() - lookedAt < LOOK_EVERY.toNanos()) {
            return;
        }
        lookedAt = System.nanoTime();
        if (!claim.isValid(1)) {
            throw new SQLException("claim: lost");
        }
        Optional<Rebuild> asked = rows.last().filter(last -> last.id().equals(rebuild.id()));
        if (asked.isEmpty() || asked.get().state() != State.BUILDING) {
            throw new Cancelled();
        }
        report();
    }

    private void report() throws SQLException {
        Map<TopicPartition, Long> built = next.positions(partitions);
        Map<TopicPartition, Long> inUse = next.positionsInUse(partitions);
        long done = 0;
        long all = 0;
        for (TopicPartition partition : partitions) {
            long first = oldest.getOrDefault(partition, 0L);
            done += Math.max(0, built.getOrDefault(partition, 0L) - first);
            all += Math.max(0, inUse.getOrDefault(partition, 0L) - first);
        }
        rows.progress(rebuild.id(), Math.min(done, all), all);
    }
}
