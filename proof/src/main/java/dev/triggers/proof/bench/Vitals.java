package dev.triggers.proof.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at memory and sizes while something runs: of each service, of the inbox's tables, of the processor's state. */
final class Vitals implements AutoCloseable {

    static final String TABLES = "tables, MiB";
    static final String INDEXES = "indexes, MiB";
    static final String STATE = "RocksDB, MiB";

    private static final double MEBIBYTE = 1 << 20;
    private static final String SIZES = """
            select coalesce(sum(pg_table_size(oid)), 0), coalesce(sum(pg_indexes_size(oid)), 0)
            from pg_class where relnamespace = 'inbox'::regnamespace and relkind in ('r', 'm')""";

    /** As of some moment, by what it is of. */
    record Sample(long nanos, Map<String, Double> figures) {}

    private final Bench bench;
    private final Pipeline pipeline;
    private final Duration every;
    private final List<Sample> samples = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable Exception failure;

    /** Looks once before it returns. */
    Vitals(Bench bench, Pipeline pipeline, Duration every) throws SQLException, IOException {
        this.bench = bench;
        this.pipeline = pipeline;
        this.every = every;
        look();
        thread = Thread.ofPlatform().daemon().name("vitals").start(this::watch);
    }

    static String resident(String service) {
        return service + ", resident MiB";
    }

    static String heap(String service) {
        return service + ", heap MiB";
    }

    private void watch() {
        try {
            while (!closed) {
                Thread.sleep(every);
                look();
            }
        } catch (SQLException | IOException | RuntimeException e) {
            failure = e;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws SQLException, IOException {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (Map.Entry<String, ServiceProcess> service : pipeline.running().entrySet()) {
            figures.put(
                    resident(service.getKey()), service.getValue().resident().now() / MEBIBYTE);
            double heap = service.getValue().figures("jvm_memory_used_bytes").entrySet().stream()
                    .filter(figure -> figure.getKey().contains("area=\"heap\""))
                    .mapToDouble(Map.Entry::getValue)
                    .sum();
            if (heap > 0) {
                figures.put(heap(service.getKey()), heap / MEBIBYTE);
            }
        }
        try (Connection connection = pipeline.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SIZES)) {
            row.next();
            figures.put(TABLES, row.getDouble(1) / MEBIBYTE);
            figures.put(INDEXES, row.getDouble(2) / MEBIBYTE);
        }
        figures.put(STATE, Bench.bytesIn(Processor.named(bench, Pipeline.NAME).state(bench)) / MEBIBYTE);
        synchronized (samples) {
            samples.add(new Sample(System.nanoTime(), figures));
        }
    }

    List<Sample> samples() {
        synchronized (samples) {
            return List.copyOf(samples);
        }
    }

    /** One of the figures over the seconds since a moment. */
    List<Plot.Point> line(String figure, long sinceNanos) {
        return samples().stream()
                .filter(sample ->
                        sample.nanos() - sinceNanos >= 0 && sample.figures().containsKey(figure))
                .map(sample -> new Plot.Point(
                        (sample.nanos() - sinceNanos) / 1e9, sample.figures().getOrDefault(figure, 0.0)))
                .toList();
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Duration.ofSeconds(20));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        Exception e = failure;
        if (e != null) {
            throw new IllegalStateException("memory and sizes can not be read", e);
        }
    }
}
