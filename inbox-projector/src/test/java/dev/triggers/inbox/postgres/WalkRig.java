package dev.triggers.inbox.postgres;

import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.inbox.postgres.InboxSchema.Passwords;
import dev.triggers.inbox.projection.LogReplay;
import dev.triggers.inbox.projection.LogRetention;
import dev.triggers.inbox.projection.Projection;
import dev.triggers.inbox.projection.ProjectionMeters;
import dev.triggers.inbox.rebuild.RebuildRunner;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What all walks share: the tables, the broker, commits of projectors that can be made to fail, and an instance that
 * rebuilds beside the walk and swaps when it is let.
 */
final class WalkRig implements AutoCloseable {

    /** What becomes of the next commit of a projector. */
    enum Fault {
        /** It fails, and nothing is written. */
        BEFORE,
        /** It is written, and the projector does not know. */
        AFTER
    }

    private static final Duration SOON = Duration.ofSeconds(60);

    final InboxRig tables;
    final WalkBroker broker;
    final Projection projection;
    final RebuildRunner rebuilding;

    private final AtomicReference<@Nullable Fault> fault = new AtomicReference<>();
    private final Semaphore swaps = new Semaphore(0);
    private final AtomicInteger atTheGate = new AtomicInteger();
    private final RebuildRows rebuilds;

    WalkRig(RealBackends real) throws Exception {
        TopicCreation.ensureAllWhenPossible(real.kafkaBootstrap(), 4, 1);
        tables = new InboxRig(real);
        broker = new WalkBroker(real.kafkaBootstrap());
        projection = new PostgresProjection(
                new FailingCommits().over(tables.writer),
                tables.days,
                tables.retention,
                tables.deadLetters::addAll,
                new ProjectionMeters(new SimpleMeterRegistry(), tables.retention.clock()));
        rebuilds = new RebuildRows(tables.owner);
        KafkaConnection kafka = KafkaConnection.to(real.kafkaBootstrap());
        String password = tables.address().password();
        rebuilding = new RebuildRunner(
                rebuilds,
                () -> new NextGeneration(
                        new GatedSwaps().over(tables.owner),
                        tables.writer,
                        new Passwords(password, password),
                        tables.retention),
                new LogReplay(kafka, 100),
                new LogRetention(kafka, Duration.ofDays(30)),
                1);
        rebuilding.start();
    }

    private final class FailingCommits extends Intercepted {

        @Override
        void commit(Commit real) throws SQLException {
            Fault next = fault.getAndSet(null);
            if (next != Fault.BEFORE) {
                real.run();
            }
            if (next != null) {
                throw new SQLException("a fault of the test");
            }
        }
    }

    /** The swap begins with this lock, and waits here until it is let. */
    private final class GatedSwaps extends Intercepted {

        @Override
        void beforeExecuting(String sql) {
            if (sql.equals(Generation.HOLD_ALONE)) {
                atTheGate.incrementAndGet();
                try {
                    swaps.acquire();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("the rig is closing", e);
                } finally {
                    atTheGate.decrementAndGet();
                }
            }
        }
    }

    void failNextCommit(Fault next) {
        fault.set(next);
    }

    void noMoreFaults() {
        fault.set(null);
    }

    boolean isRebuilding() throws SQLException {
        return rebuilds.last().filter(last -> last.endedAt().isEmpty()).isPresent();
    }

    /** How many were done. */
    int rebuilds() throws SQLException {
        return Integer.parseInt(InboxRig.rows(tables.owner, "select number from inbox.generation")
                        .getFirst())
                - 1;
    }

    /** Lets the rebuild under way swap as soon as it is ready, and waits for that. False: there is none. */
    boolean swap() throws SQLException {
        int before = rebuilds();
        while (isRebuilding()) {
            await().atMost(SOON).until(() -> atTheGate.get() > 0);
            swaps.release();
            await().atMost(SOON).until(() -> atTheGate.get() == 0);
            await().atMost(SOON).until(() -> !isRebuilding() || atTheGate.get() > 0);
        }
        return rebuilds() > before;
    }

    @Override
    public void close() {
        rebuilding.close();
        broker.close();
        tables.close();
    }
}
