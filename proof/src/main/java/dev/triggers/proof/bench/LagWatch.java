package dev.triggers.proof.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks, while a load runs, how many of the events that were answered 202 are in the inboxes already: how far the end is
 * behind the beginning. One cheap query each time.
 */
final class LagWatch implements AutoCloseable {

    private static final Duration EVERY = Duration.ofMillis(100);

    /** As of some moment, counted since the watch began. */
    record Sample(long nanos, long received, long projected) {

        long lag() {
            return Math.max(0, received - projected);
        }
    }

    private final Reconciliation reconciliation;
    private final Tally tally;
    private final Connection connection;
    private final long before;
    private final List<Sample> samples = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile long lag;
    private volatile @Nullable Exception failure;

    LagWatch(Pipeline pipeline, Reconciliation reconciliation, Tally tally) throws SQLException {
        this.reconciliation = reconciliation;
        this.tally = tally;
        connection = pipeline.connect();
        before = reconciliation.projected(connection);
        thread = Thread.ofPlatform().daemon().name("lag").start(this::watch);
    }

    private void watch() {
        try (connection) {
            while (!closed) {
                look();
                Thread.sleep(EVERY);
            }
        } catch (SQLException | RuntimeException e) {
            failure = e;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes a sample now. */
    synchronized void look() throws SQLException {
        long projected = reconciliation.projected(connection) - before;
        Sample sample = new Sample(System.nanoTime(), tally.received(), projected);
        samples.add(sample);
        lag = sample.lag();
    }

    /** Events answered and not in the inboxes yet. */
    long lag() {
        Exception e = failure;
        if (e != null) {
            throw new IllegalStateException("how far the inboxes are can not be read", e);
        }
        return lag;
    }

    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    /** Events that reached the inboxes a second, from the first sample after a moment to the last that brought any. */
    double projectedPerSecond(long sinceNanos) {
        List<Sample> all =
                samples().stream().filter(s -> s.nanos() - sinceNanos >= 0).toList();
        Sample first = all.getFirst();
        Sample last = all.stream()
                .filter(s -> s.projected() == all.getLast().projected())
                .findFirst()
                .orElse(first);
        return (last.projected() - first.projected()) * 1e9 / Math.max(1, last.nanos() - first.nanos());
    }

    /** The lag in events over the seconds since a moment. */
    Map<String, List<Plot.Point>> line(String name, long sinceNanos) {
        return Map.of(
                name,
                samples().stream()
                        .filter(s -> s.nanos() - sinceNanos >= 0)
                        .map(s -> new Plot.Point((s.nanos() - sinceNanos) / 1e9, s.lag()))
                        .toList());
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
