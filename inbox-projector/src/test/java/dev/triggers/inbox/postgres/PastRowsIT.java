package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Operations.Asker;
import dev.triggers.inbox.Operations.From.FromSequence;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is older than the retention goes from the tables that are not parted by day; it is 30 days here. */
@ExtendWith(RealBackendsExtension.class)
class PastRowsIT {

    private static final int OLD = 2 * PastRows.MOST_ROWS + 1;
    private static final Instant FIRST_KEPT = midnight(30);
    private static final Instant LAST_GONE = FIRST_KEPT.minus(Duration.ofHours(1));
    private static final Instant FIRST_HOUR_KEPT = midnight(60);
    private static final Instant LAST_HOUR_GONE = FIRST_HOUR_KEPT.minus(Duration.ofHours(1));

    private static InboxRig rig;

    private final OrgId org = Events.newOrg();
    private final InboxId inbox = InboxId.defaultOf(org);

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static Instant midnight(int daysAgo) {
        return Events.DAY.minusDays(daysAgo).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    private static InboxUpkeep upkeep() {
        return new InboxUpkeep(rig.writer, _ -> {}, rig.retention, new SimpleMeterRegistry());
    }

    @Test
    void operationsAndMarkersGoWithTheRetentionAndHoursAfterTwiceThatInSmallSteps() throws SQLException {
        fill("operation", LAST_GONE, FIRST_KEPT, """
                insert into inbox.operation (id, org, inbox, kind, key_id, asked, decided_at, sequences)
                select gen_random_uuid(), '%1$s', '%2$s', 'replayed', 'k', 'all', '%3$s', '{}'
                from generate_series(1, %4$d)""");
        fill("marker", LAST_GONE, FIRST_KEPT, """
                insert into inbox.marker
                  (receipt_partition, receipt_offset, org, inbox, kind, sequence, received_at, decided_at)
                select %4$d, s, '%1$s', '%2$s', 'began', 1, '%3$s', '%3$s' from generate_series(1, %4$d) as s""");
        fill("hour", LAST_HOUR_GONE, FIRST_HOUR_KEPT, """
                insert into inbox.hour (org, hour, outcome, submissions)
                select '%1$s', '%3$s'::timestamptz - (s - 1) * interval '1 hour', 'accepted', 1
                from generate_series(1, %4$d) as s""");
        List<Long> left = new ArrayList<>();
        try (InboxUpkeep upkeep = upkeep()) {
            while (upkeep.trimSome()) {
                left.add(count("operation"));
            }
        }

        assertThat(left)
                .containsExactly((long) OLD + 1 - PastRows.MOST_ROWS, (long) OLD + 1 - 2L * PastRows.MOST_ROWS, 1L);
        assertThat(count("marker")).isEqualTo(1);
        assertThat(count("hour")).isEqualTo(1);
    }

    /** Many of the last that are gone, and one of the first that is kept. */
    private void fill(String table, Instant gone, Instant kept, String insert) throws SQLException {
        InboxRig.execute(rig.writer, insert.formatted(org, inbox, gone, OLD));
        InboxRig.execute(rig.writer, insert.formatted(org, inbox, kept, 1));
        assertThat(count(table)).isEqualTo(OLD + 1L);
    }

    private long count(String table) throws SQLException {
        return Long.parseLong(
                InboxRig.rows(rig.writer, "select count(*) from inbox." + table + " where org = '" + org + "'")
                        .getFirst());
    }

    @Test
    void whatWasDoneLatelyIsStillListed() throws SQLException {
        rig.project(List.of(Events.accepted(org, 1)));
        PostgresLeases leases = new PostgresLeases(new InboxTurns(rig.reader, rig.log::add), LeasePolicy.DEFAULT);
        leases.acknowledge(
                org,
                inbox,
                leases.lease(org, inbox, 1, Duration.ofMinutes(1)).orElseThrow().id(),
                Optional.empty());
        PostgresOperations operations = new PostgresOperations(rig.reader, rig.log::add);
        operations.replay(org, inbox, new FromSequence(1), new Asker("key"));
        try (InboxUpkeep upkeep = upkeep()) {
            while (upkeep.trimSome()) {}
        }

        assertThat(operations.list(org, inbox, Optional.empty(), 10)).hasSize(1);
    }

    /** A swap that has copied a row must not miss what upkeep does to it. */
    @Test
    void upkeepAndAuditWaitForASwap() throws Exception {
        try (InboxUpkeep upkeep = upkeep();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection swap = rig.owner.getConnection()) {
            swap.setAutoCommit(false);
            try (Statement statement = swap.createStatement()) {
                statement.execute(Generation.HOLD_ALONE);
            }
            List<Future<?>> waiting = List.of(
                    threads.submit(upkeep::trimSome),
                    threads.submit(upkeep::removeSome),
                    threads.submit(() -> {
                        upkeep.sendAgain();
                        return true;
                    }),
                    threads.submit(() -> new PostgresBooks(rig.reader, rig.writer).progress(0)));
            Awaitility.await().until(() -> blocked() == waiting.size());
            assertThat(waiting).noneMatch(Future::isDone);

            swap.rollback();

            for (Future<?> each : waiting) {
                each.get(20, TimeUnit.SECONDS);
            }
        }
    }

    private static long blocked() throws SQLException {
        return Long.parseLong(InboxRig.rows(
                        rig.owner,
                        "select count(*) from pg_locks where not granted and relation = 'inbox.generation'::regclass")
                .getFirst());
    }
}
