package dev.triggers.backends;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka, PostgreSQL and Redis started by this JVM, with their data in one directory that no other process uses
 * meanwhile. A JVM that ends without {@link #close()} takes them with it, but not in order.
 */
public final class EmbeddedBackends implements Backends {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBackends.class);

    private static final String KAFKA = "kafka";
    private static final String POSTGRES = "postgres";
    private static final String REDIS = "redis";

    private final DirectoryLock lock;
    private final EmbeddedKafka kafka;
    private final EmbeddedPostgreSql postgreSql;
    private final EmbeddedRedis redis;
    private final StartTimes startTimes;

    private EmbeddedBackends(Path directory, Ports ports, Optional<KafkaSecurity> security, DirectoryLock lock) {
        var binaries = Binaries.besides(directory);
        this.lock = lock;
        this.kafka = new EmbeddedKafka(
                directory.resolve(KAFKA),
                ports.kafka(),
                Ports.pick(ports.kafka(), ports.postgreSql(), ports.redis()),
                security);
        this.postgreSql = new EmbeddedPostgreSql(directory.resolve(POSTGRES), ports.postgreSql(), binaries);
        this.redis = new EmbeddedRedis(directory.resolve(REDIS), ports.redis(), binaries);
        this.startTimes = startAll();
    }

    /**
     * Starts the three at the same time and returns when all are ready.
     *
     * @param directory created if absent; a second start on it finds the records and rows of the first
     * @throws BackendFailure if the directory is in use, a port is taken or a part does not start; nothing runs then
     */
    public static EmbeddedBackends start(Path directory, Ports ports) {
        return start(directory, ports, Optional.empty());
    }

    /** The same with a Kafka that asks who comes. */
    public static EmbeddedBackends startSecured(Path directory, Ports ports, KafkaSecurity security) {
        return start(directory, ports, Optional.of(security));
    }

    private static EmbeddedBackends start(Path directory, Ports ports, Optional<KafkaSecurity> security) {
        var real = created(directory);
        var lock = DirectoryLock.claim(real);
        try {
            return new EmbeddedBackends(real, ports.picked(), security, lock);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Deletes what the three keep in a directory, and ends what a killed JVM left running on it.
     *
     * @throws BackendFailure if the directory is in use, or something in it can not be deleted
     */
    public static void erase(Path directory) {
        var real = created(directory);
        try (var _ = DirectoryLock.claim(real)) {
            var binaries = Binaries.besides(real);
            new EmbeddedPostgreSql(real.resolve(POSTGRES), 0, binaries).stop();
            new EmbeddedRedis(real.resolve(REDIS), 0, binaries).stop();
            for (var part : List.of(KAFKA, POSTGRES, REDIS)) {
                Trees.delete(real.resolve(part));
            }
        } catch (IOException e) {
            throw new BackendFailure("can not empty " + directory + ": " + e.getMessage(), e);
        }
    }

    private static Path created(Path directory) {
        try {
            return Files.createDirectories(directory.toAbsolutePath()).toRealPath();
        } catch (IOException e) {
            throw new BackendFailure("can not write to " + directory + ": " + e.getMessage(), e);
        }
    }

    private StartTimes startAll() {
        long begin = System.nanoTime();
        try {
            var each = all(EmbeddedPart::start);
            var times = new StartTimes(each.get(0), each.get(1), each.get(2), since(begin));
            LOG.atInfo()
                    .addKeyValue("kafka", times.kafka())
                    .addKeyValue("postgreSql", times.postgreSql())
                    .addKeyValue("redis", times.redis())
                    .addKeyValue("total", times.total())
                    .log("Backends are ready");
            return times;
        } catch (RuntimeException e) {
            try {
                all(EmbeddedPart::stop);
            } catch (RuntimeException stopping) {
                e.addSuppressed(stopping);
            }
            throw e;
        }
    }

    /** Does {@code act} to each part at the same time, and says how long each took. The first failure is thrown last. */
    private List<Duration> all(Act act) {
        try (var parts = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<Duration>>();
            for (EmbeddedPart part : List.of(kafka, postgreSql, redis)) {
                running.add(parts.submit(() -> {
                    long begin = System.nanoTime();
                    act.on(part);
                    return since(begin);
                }));
            }
            return results(running);
        }
    }

    private static List<Duration> results(List<Future<Duration>> running) {
        var results = new ArrayList<Duration>();
        var failures = new ArrayList<RuntimeException>();
        for (var part : running) {
            try {
                results.add(part.get());
            } catch (ExecutionException e) {
                failures.add(
                        e.getCause() instanceof BackendFailure failure
                                ? failure
                                : new BackendFailure("a backend failed: " + e.getCause(), e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failures.add(new BackendFailure("interrupted", e));
            }
        }
        if (failures.isEmpty()) {
            return results;
        }
        var first = failures.removeFirst();
        failures.forEach(first::addSuppressed);
        throw first;
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Override
    public String kafkaBootstrap() {
        return kafka.bootstrap();
    }

    @Override
    public PostgresAddress postgres() {
        return postgreSql.address();
    }

    @Override
    public String redisUrl() {
        return redis.url();
    }

    public EmbeddedKafka kafka() {
        return kafka;
    }

    public EmbeddedPostgreSql postgreSql() {
        return postgreSql;
    }

    public EmbeddedRedis redis() {
        return redis;
    }

    /** How long each part took to become ready. */
    public StartTimes startTimes() {
        return startTimes;
    }

    /** Stops the three at the same time, within five seconds, and gives the directory free. May be called again. */
    @Override
    public void close() {
        try (lock) {
            all(EmbeddedPart::stop);
        }
    }

    /** From the call of start until ready; the total is that of the slowest and of what they wait for each other. */
    public record StartTimes(Duration kafka, Duration postgreSql, Duration redis, Duration total) {}

    private interface Act {
        void on(EmbeddedPart part);
    }
}
