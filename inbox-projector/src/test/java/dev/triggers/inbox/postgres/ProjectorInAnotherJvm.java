package dev.triggers.inbox.postgres;

import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.projection.LogProjector;
import dev.triggers.inbox.projection.ProjectionMeters;
import dev.triggers.inbox.projection.ProjectorContainer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;

/** A projector that stops for ever at the commit of one of its batches: a process of its own, to be killed there. */
final class ProjectorInAnotherJvm implements AutoCloseable {

    /** Where it stops. */
    enum Stop {
        BETWEEN_COPY_AND_COMMIT,
        BETWEEN_COMMIT_AND_THE_NEXT_BATCH
    }

    static final String INSTANCE_ID = "killed";
    static final int BATCH_RECORDS = 10;

    private static final String THERE = "there";
    /** Batches that it commits before. */
    private static final int BEFORE = 3;

    private final Process jvm;

    private ProjectorInAnotherJvm(Process jvm) {
        this.jvm = jvm;
    }

    static ProjectorInAnotherJvm start(String kafkaBootstrap, String jdbcUrl, String password, Stop stop)
            throws IOException {
        return new ProjectorInAnotherJvm(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProjectorInAnotherJvm.class.getName(),
                        kafkaBootstrap,
                        jdbcUrl,
                        password,
                        stop.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Waits until it stands where it stops. */
    void awaitStop() throws IOException {
        BufferedReader output = new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(THERE)) {
                return;
            }
        }
        throw new IllegalStateException("it ended before it stopped");
    }

    /** SIGKILL, and the end of it. */
    void kill() throws InterruptedException {
        jvm.destroyForcibly();
        if (!jvm.waitFor(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("still running: " + jvm.pid());
        }
    }

    @Override
    public void close() {
        jvm.destroyForcibly();
    }

    /** How the one that is killed and the one after it read the log: as one instance, whose partitions are its own. */
    static ProjectorContainer.Settings settings(String kafkaBootstrap) {
        return new ProjectorContainer.Settings(KafkaConnection.to(kafkaBootstrap), INSTANCE_ID, 1, BATCH_RECORDS, 4, 1);
    }

    public static void main(String[] arguments) throws InterruptedException {
        PGSimpleDataSource writer = new PGSimpleDataSource();
        writer.setUrl(arguments[1]);
        writer.setUser("triggers_projector");
        writer.setPassword(arguments[2]);
        Stop stop = Stop.valueOf(arguments[3]);
        Retention retention = new Retention(30, InstantSource.fixed(Events.START));
        ProjectionMeters meters = new ProjectionMeters(new SimpleMeterRegistry(), InstantSource.system());
        PostgresProjection projection = new PostgresProjection(
                new StandingStill(stop).over(writer), new DayPartitions(writer), retention, _ -> {}, meters);
        new ProjectorContainer(settings(arguments[0]), new LogProjector(projection, meters, BATCH_RECORDS)).start();
        Thread.currentThread().join();
    }

    private static final class StandingStill extends Intercepted {

        private final Stop stop;
        private final AtomicInteger commits = new AtomicInteger();

        StandingStill(Stop stop) {
            this.stop = stop;
        }

        @Override
        void commit(Commit real) throws SQLException {
            boolean here = commits.incrementAndGet() > BEFORE;
            if (!here || stop == Stop.BETWEEN_COMMIT_AND_THE_NEXT_BATCH) {
                real.run();
            }
            if (here) {
                standStill();
            }
        }

        private static void standStill() {
            System.out.println(THERE);
            System.out.flush();
            try {
                Thread.currentThread().join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
