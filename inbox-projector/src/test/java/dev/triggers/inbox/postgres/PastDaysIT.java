package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.Events;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class PastDaysIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final LocalDate TODAY = Events.DAY;
    private static final LocalDate OLD = TODAY.minusDays(20);
    private static final LocalDate KEPT_FROM = TODAY.minusDays(10);
    private static final String COUNT = "select count(*) from inbox.event";

    private final OrgId org = Events.newOrg();
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final InboxRig rig;
    private final PastDays past;

    PastDaysIT(RealBackends real) {
        this.rig = new InboxRig(real);
        this.past = new PastDays(rig.owner);
        rig.project(List.of(Events.accepted(org, 1, "{}", "old", noon(OLD)), Events.accepted(org, 2)));
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        rig.close();
    }

    @Test
    void daysOverTheRetentionAreDroppedOfBothTables() throws SQLException {
        assertThat(past.dropBefore(KEPT_FROM)).isEqualTo(2);

        assertThat(InboxRig.rows(rig.writer, "select sequence from inbox.event"))
                .containsExactly("2");
        assertThat(partitions(OLD)).isEmpty();
        assertThat(past.dropBefore(KEPT_FROM)).isZero();
    }

    @Test
    void neitherALongReaderNorRowsThatComeInAreHeldUp() throws Exception {
        try (Connection reader = rig.writer.getConnection()) {
            reader.setAutoCommit(false);
            assertThat(count(reader)).isEqualTo(2);

            Future<Integer> dropping = threads.submit(() -> past.dropBefore(KEPT_FROM));
            await().atMost(SOON).until(() -> !pending().isEmpty());
            int laid = 0;
            while (!dropping.isDone()) { // each of these would wait for a table lock, if one were held
                rig.project(List.of(Events.accepted(org, 3 + laid)));
                laid++;
                assertThat(count(reader)).isGreaterThanOrEqualTo(2);
            }
            assertThat(laid).isPositive();
            assertThatThrownBy(dropping::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("lock timeout");

            rig.project(List.of(Events.accepted(org, 3 + laid, "{}", "later", noon(TODAY.plusDays(9)))));
            assertThat(pending()).containsExactly(Events.partition("event", OLD));
            reader.commit();
        }
        assertThat(past.dropBefore(KEPT_FROM)).isEqualTo(2);
        assertThat(partitions(OLD)).isEmpty();
        assertThat(InboxRig.rows(rig.writer, COUNT + " where type = 'old'")).containsExactly("0");
    }

    @Test
    void aReaderOfOneSnapshotGoesOnReadingWhileItsDayIsDetached() throws Exception {
        try (Connection reader = rig.writer.getConnection()) {
            reader.setAutoCommit(false);
            reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            assertThat(count(reader)).isEqualTo(2);
            assertThatThrownBy(() -> past.dropBefore(KEPT_FROM)).hasMessageContaining("lock timeout");
            assertThatThrownBy(() -> past.dropBefore(KEPT_FROM)).hasMessageContaining("lock timeout");

            assertThat(count(reader)).isEqualTo(2);
            reader.commit();
        }
        assertThat(past.dropBefore(KEPT_FROM)).isEqualTo(2);
    }

    @Test
    void aDetachThatWasKilledIsFinishedByTheNext() throws Exception {
        try (Connection reader = rig.writer.getConnection()) {
            reader.setAutoCommit(false);
            assertThat(count(reader)).isEqualTo(2);
            Future<Integer> dropping = threads.submit(() -> past.dropBefore(KEPT_FROM));
            await().atMost(SOON).until(() -> !pending().isEmpty());
            assertThat(InboxRig.rows(
                            rig.owner,
                            "select pg_terminate_backend(pid) from pg_stat_activity"
                                    + " where datname = current_database() and query like '%concurrently'"))
                    .containsExactly("t");
            assertThatThrownBy(dropping::get).isInstanceOf(ExecutionException.class);
            assertThat(pending()).containsExactly(Events.partition("event", OLD));
            reader.commit();
        }
        assertThat(past.dropBefore(KEPT_FROM)).isEqualTo(2);
        assertThat(partitions(OLD)).isEmpty();
    }

    @Test
    void whatWasDetachedButNotDroppedIsDropped() throws SQLException {
        try (Connection owner = rig.owner.getConnection();
                Statement statement = owner.createStatement()) {
            statement.execute("alter table inbox.event detach partition inbox." + Events.partition("event", OLD));
        }
        assertThat(past.dropBefore(KEPT_FROM)).isEqualTo(2);
        assertThat(partitions(OLD)).isEmpty();
    }

    @Test
    void twoInstancesDropEachDayOnce() throws Exception {
        List<LocalDate> days = IntStream.range(0, 6).mapToObj(OLD::minusDays).toList();
        rig.days.ensure(days);
        List<Future<Integer>> both = threads.invokeAll(List.<Callable<Integer>>of(
                () -> past.dropBefore(KEPT_FROM), () -> new PastDays(rig.owner).dropBefore(KEPT_FROM)));
        assertThat(both.get(0).get() + both.get(1).get()).isEqualTo(12);
    }

    @Test
    void theKeeperAttachesAheadAndDropsAndSaysHowFarItIs() throws SQLException {
        AtomicReference<Instant> now = new AtomicReference<>(noon(TODAY));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (DayKeeper keeper = new DayKeeper(rig.owner, rig.days, new Retention(10, now::get), meters)) {
            assertThat(keeper.pass()).isTrue();
            assertThat(meters.get("triggers.inbox.days.ahead").gauge().value()).isEqualTo(3);
            assertThat(meters.get("triggers.inbox.days.dropped").counter().count())
                    .isEqualTo(2);

            now.set(noon(TODAY.plusDays(5)));
            assertThat(meters.get("triggers.inbox.days.ahead").gauge().value()).isEqualTo(-2);
            assertThat(keeper.pass()).isTrue();
            assertThat(meters.get("triggers.inbox.days.ahead").gauge().value()).isEqualTo(3);
            assertThat(partitions(TODAY.plusDays(8)))
                    .containsExactly(
                            Events.partition("event", TODAY.plusDays(8)),
                            Events.partition("rejection", TODAY.plusDays(8)));
        }
    }

    @Test
    void thereIsNoDefaultPartition() throws SQLException {
        assertThat(InboxRig.rows(
                        rig.owner, "select count(*), count(*) filter (where partdefid <> 0) from pg_partitioned_table"))
                .containsExactly("2 0");
    }

    @Test
    void whatIsOlderThanTheRetentionIsPassedOverAndItsSequencesAreSkipped() throws SQLException {
        OrgId late = Events.newOrg();
        Instant longAgo = noon(TODAY.minusDays(31));
        rig.project(
                List.of(
                        Events.accepted(late, 1, "{}", "old", longAgo),
                        Events.accepted(late, 2, "{}", "old", longAgo),
                        Events.accepted(late, 3)),
                List.of(),
                List.of());

        assertThat(InboxRig.rows(rig.writer, "select sequence from inbox.event where org = '" + late + "'"))
                .containsExactly("3");
        assertThat(InboxRig.rows(rig.writer, "select sequence from inbox.head where org = '" + late + "'"))
                .containsExactly("3");
        assertThat(partitions(TODAY.minusDays(31))).isEmpty();
        assertThat(rig.meters
                        .get("triggers.projection.records")
                        .tags("topic", "accepted", "became", "expired")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    private static Instant noon(LocalDate day) {
        return Instant.parse(day + "T12:00:00Z");
    }

    private static long count(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(COUNT)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Partitions that are neither attached nor detached. */
    private List<String> pending() throws SQLException {
        return InboxRig.rows(
                rig.owner, "select relname from pg_inherits join pg_class on oid = inhrelid where inhdetachpending");
    }

    private List<String> partitions(LocalDate day) throws SQLException {
        return InboxRig.rows(
                rig.owner,
                "select relname from pg_class where relkind = 'r' and relname like '%\\_"
                        + day.toString().replace("-", "") + "' order by relname");
    }
}
