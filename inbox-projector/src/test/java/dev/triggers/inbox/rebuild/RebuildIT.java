package dev.triggers.inbox.rebuild;

import static dev.triggers.inbox.rebuild.RebuildRig.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition.Began;
import dev.triggers.common.disposition.Disposition.Paused;
import dev.triggers.common.disposition.Disposition.Resumed;
import dev.triggers.common.disposition.Disposition.Stamp;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.MessageId;
import dev.triggers.inbox.Operations.Asker;
import dev.triggers.inbox.Operations.From.FromSequence;
import dev.triggers.inbox.Rebuilds.Rebuild;
import dev.triggers.inbox.Rebuilds.State;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class RebuildIT {

    private static final Duration LONG = Duration.ofHours(1);

    /** Each table as rows that have to be the same before and after. Delivery is said message by message. */
    private static final Map<String, String> TABLES = Map.of(
            "hour", "select * from inbox.hour order by org, hour, outcome",
            "decided", "select * from inbox.decided order by topic, partition",
            "event", "select * from inbox.event order by org, sequence",
            "rejection", "select * from inbox.rejection order by receipt_partition, receipt_offset",
            "head", "select * from inbox.head order by org",
            "position", "select * from inbox.position order by topic, partition",
            "inbox", "select * from inbox.inbox order by id",
            "marker", "select * from inbox.marker order by receipt_partition, receipt_offset",
            "operation",
                    "select id, org, inbox, kind, key_id, asked, decided_at, sequences, applied_at is not null"
                            + " from inbox.operation order by id",
            "delivery", """
                    select inbox, s, org, lease, leased_until, available_at, quarantined, lease_count
                    from inbox.delivery, unnest(open) r, generate_series(lower(r), upper(r) - 1) s
                    order by inbox, s""");

    /** What every table is to a rebuild: a new one has to be put into one of the two. */
    private static final List<String> BUILT =
            List.of("decided", "delivery", "event", "head", "hour", "marker", "operation", "position", "rejection");

    private static final List<String> CARRIED =
            List.of("flyway_schema_history", "generation", "inbox", "notification", "rebuild", "secret");

    private static final List<String> SHAPE = List.of(
            "select relname, relkind, relacl, relrowsecurity, relforcerowsecurity, relowner::regrole from pg_class"
                    + " where relnamespace = 'inbox'::regnamespace and not relispartition"
                    + " and not exists (select from pg_inherits where inhrelid = pg_class.oid) order by 1",
            "select tablename, policyname, permissive, roles, cmd, qual, with_check from pg_policies"
                    + " where schemaname = 'inbox' order by 1, 2",
            "select indexname, indexdef from pg_indexes where schemaname = 'inbox' and tablename !~ '\\d{8}$' order by 1",
            "select conname, conrelid::regclass, pg_get_constraintdef(oid) from pg_constraint"
                    + " where connamespace = 'inbox'::regnamespace and conrelid::regclass::text !~ '\\d{8}$' order by 1, 2",
            "select attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull from pg_attribute"
                    + " where attrelid in (select oid from pg_class where relnamespace = 'inbox'::regnamespace"
                    + " and relkind in ('r', 'p') and not relispartition) and attnum > 0 order by 1, attnum",
            "select nspacl from pg_namespace where nspname = 'inbox'");

    private final RealBackends real;
    private final OrgId org = Events.newOrg();
    private final OrgId other = Events.newOrg();
    private final InboxId inbox = InboxId.defaultOf(org);
    private RebuildRig rig;

    @SuppressWarnings("NullAway.Init") // set before each test
    RebuildIT(RealBackends real) {
        this.real = real;
    }

    @BeforeEach
    void start() throws InterruptedException {
        rig = new RebuildRig(real);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void theTablesAreTheSameBuiltAgainWhateverHadBecomeOfThem() throws Exception {
        Lease live = someHistory();
        Map<String, List<String>> before = tables();
        assertThat(before.values()).allSatisfy(rows -> assertThat(rows).isNotEmpty());
        assertThat(rig.rows("select distinct kind from inbox.operation order by 1"))
                .containsExactly("purged", "redriven", "replayed");
        RebuildRig.execute(
                rig.writer,
                "delete from inbox.event where org = '" + org + "' and sequence between 5 and 60",
                "delete from inbox.rejection where org = '" + org + "'",
                "update inbox.head set sequence = 3 where org = '" + org + "'",
                "delete from inbox.operation where org = '" + other + "'",
                "update inbox.delivery set quarantined = false where inbox = '" + inbox + "'");

        RebuildRunner instance = rig.instance();
        Rebuild done = rebuilt(instance);

        assertThat(tables()).isEqualTo(before);
        assertThat(done.done()).isEqualTo(done.records()).isPositive();
        assertThat(rig.rows("select number from inbox.generation")).containsExactly("2");
        await().atMost(SOON)
                .until(() -> RebuildRig.rows(
                                rig.owner, "select nspname from pg_namespace where nspname like 'inbox\\_%'")
                        .isEmpty());

        assertThat(rig.leases.acknowledge(org, inbox, live.id(), Optional.empty()))
                .extracting(Message::sequence)
                .containsExactlyElementsOf(
                        live.id().sequences().stream().boxed().toList());
        Lease more = rig.leases.lease(org, inbox, 10, LONG).orElseThrow();
        assertThat(more.id().number()).isGreaterThan(live.id().number());
        assertThat(more.id().sequences().and(live.id().sequences()).isEmpty()).isTrue();
        rig.send(List.of(Topics.ACCEPTED.record(org, Events.accepted(org, 201))));
        await().atMost(SOON).until(() -> rig.sequences(org) == 201);
    }

    /** Leaves one lease that lasts. */
    private Lease someHistory() throws SQLException {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        Accepted poison = Events.accepted(org, 20);
        LongStream.rangeClosed(1, 200)
                .mapToObj(sequence -> sequence == 20 ? unkeepable(poison) : Events.accepted(org, sequence))
                .forEach(event -> records.add(Topics.ACCEPTED.record(org, event)));
        records.add(Topics.ACCEPTED.record(other, Events.accepted(other, 1)));
        records.add(
                Topics.REJECTED.record(org, Events.duplicate(poison, org.value().getLeastSignificantBits() >>> 16)));
        rig.send(records);
        rig.awaitProjected();

        Lease first = rig.leases.lease(org, inbox, 50, LONG).orElseThrow();
        List<MessageId> ids = first.messages().stream().map(Message::id).toList();
        rig.leases.acknowledge(org, inbox, first.id(), Optional.of(ids.subList(0, 30)));
        rig.leases.reject(org, inbox, first.id(), Optional.of(ids.subList(35, 38)));
        rig.leases.release(org, inbox, first.id(), Optional.of(ids.subList(38, 42)), Duration.ZERO);
        rig.leases.release(org, inbox, first.id(), Optional.of(ids.subList(42, 44)), LONG);
        Lease second = rig.leases.lease(org, inbox, 20, LONG).orElseThrow();
        rig.inbox.acknowledge(
                org,
                List.of(
                        second.messages().getFirst().event(),
                        second.messages().getLast().event()));
        assertThat(rig.leases.lease(org, inbox, 10, Duration.ofSeconds(1))).isPresent();
        Lease live = rig.leases.lease(org, inbox, 10, LONG).orElseThrow();
        rig.operations.redrive(org, inbox, Optional.of(ids.subList(35, 36)), new Asker("key"));
        rig.operations.replay(org, inbox, new FromSequence(25), new Asker("key"));
        rig.awaitProjected();
        Lease again = rig.leases.lease(org, inbox, 3, LONG).orElseThrow();
        rig.leases.acknowledge(org, inbox, again.id(), Optional.empty());
        namedInboxPausedAndResumed();
        rig.operations.purge(other, InboxId.defaultOf(other), new Asker("key"));
        rig.awaitProjected();
        return live;
    }

    /** Takes in 11 to 100 and from 151 on; has acknowledged one event, leases two and passed over some. */
    private void namedInboxPausedAndResumed() throws SQLException {
        InboxId named = new InboxId(UUID.randomUUID());
        RebuildRig.execute(
                rig.writer,
                "insert into inbox.inbox (id, org, key, status, action_key, windows, asked, asked_at) values ('" + named
                        + "', '" + org + "', 'orders', 'initializing', 'test.*', '{}', 3, now())");
        rig.send(List.of(
                Topics.DISPOSITIONS.record(org, new Began(org, named, Start.NOW, stamp(1, 10))),
                Topics.DISPOSITIONS.record(org, new Paused(org, named, stamp(2, 100))),
                Topics.DISPOSITIONS.record(org, new Resumed(org, named, stamp(3, 150)))));
        rig.awaitProjected();
        Lease two = rig.leases.lease(org, named, 2, LONG).orElseThrow();
        Lease acked = rig.leases.lease(org, named, 1, LONG).orElseThrow();
        rig.leases.acknowledge(org, named, acked.id(), Optional.empty());
        assertThat(two.id().sequences()).hasToString("{[11,13)}");
    }

    private Stamp stamp(int number, long sequence) {
        return new Stamp(
                number,
                sequence,
                new Receipt(1, (org.value().getLeastSignificantBits() >>> 16) + number),
                Events.START,
                Events.START);
    }

    private static Accepted unkeepable(Accepted accepted) {
        return Events.with(accepted, "a\u0000b", accepted.event().time());
    }

    @Test
    void policiesGrantsIndexesAndConstraintsAreTheSameAfterwards() throws Exception {
        List<List<String>> before = shape();
        rebuilt(rig.instance());
        assertThat(shape()).isEqualTo(before);
    }

    @Test
    void everyTableIsEitherBuiltFromTheLogOrCarriedOver() throws SQLException {
        List<String> all = new ArrayList<>(BUILT);
        all.addAll(CARRIED);
        assertThat(RebuildRig.rows(
                        rig.owner,
                        "select relname from pg_class where relnamespace = 'inbox'::regnamespace"
                                + " and relkind in ('r', 'p') and not relispartition"))
                .containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void aSecondOneAtOnceIsRefusedAndACancelledOneLeavesNothing() throws Exception {
        someHistory();
        Map<String, List<String>> before = tables();
        try (Connection holder = holding()) {
            RebuildRunner instance = rig.instance();
            instance.begin();
            assertThatThrownBy(instance::begin)
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("one is under way");
            await().atMost(SOON).until(this::isBuilt);
            assertThat(last(instance).state()).isEqualTo(State.BUILDING);
            instance.cancel();
            await().atMost(SOON).until(() -> last(instance).state() == State.CANCELLED);
            holder.rollback();
        }
        await().atMost(SOON).until(() -> !isThere());
        assertThat(tables()).isEqualTo(before);
        assertThat(rig.rows("select number from inbox.generation")).containsExactly("1");
    }

    @Test
    void oneWhoseInstanceDiesIsGoneOnWithByAnother() throws Exception {
        someHistory();
        Map<String, List<String>> before = tables();
        RebuildRunner first = rig.instance();
        try (Connection holder = holding()) {
            first.begin();
            await().atMost(SOON).until(this::isBuilt);
            first.close();
            assertThat(last(first).state()).isEqualTo(State.BUILDING);
            holder.rollback();
        }
        String built =
                rig.rows("select min(xmin::text::bigint) from inbox_next.event").getFirst();

        RebuildRunner second = rig.instance();
        await().atMost(SOON).until(() -> last(second).state() == State.DONE);

        assertThat(rig.rows("select min(xmin::text::bigint) from inbox.event"))
                .as("the rows that the first one had built")
                .containsExactly(built);
        assertThat(tables()).isEqualTo(before);
    }

    @Test
    void oneThatLosesItsConnectionsGoesOn() throws Exception {
        someHistory();
        Map<String, List<String>> before = tables();
        RebuildRunner instance = rig.instance();
        try (Connection holder = holding()) {
            instance.begin();
            await().atMost(SOON).until(this::isBuilt);
            RebuildRig.rows(
                    rig.owner,
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                            + " and pid <> pg_backend_pid() and usename = current_user");
            holder.rollback();
        }
        await().atMost(SOON).ignoreExceptions().until(() -> last(instance).state() == State.DONE);
        assertThat(tables()).isEqualTo(before);
    }

    @Test
    void whatAnotherVersionLeftIsBegunAnew() throws Exception {
        someHistory();
        Map<String, List<String>> before = tables();
        RebuildRig.execute(rig.owner, "create schema inbox_next", "create table inbox_next.event (x int)");

        rebuilt(rig.instance());

        assertThat(tables()).isEqualTo(before);
    }

    /** It should not be, but then a lease must rather end than be there twice. */
    @Test
    void leasesOfAnInboxWhoseRowsOverlapEnd() throws Exception {
        someHistory();
        RebuildRig.execute(
                rig.writer,
                "insert into inbox.delivery (inbox, org, open, lease, leased_until, lease_count)"
                        + " select inbox, org, open, 99, now() + interval '1 hour', 1 from inbox.delivery"
                        + " where inbox = '" + inbox + "' and lease is not null");

        rebuilt(rig.instance());

        assertThat(rig.rows("select count(*) from inbox.delivery where lease is not null and inbox = '" + inbox + "'"))
                .containsExactly("0");
        assertThat(rig.rows("select s from inbox.delivery, unnest(open) r, generate_series(lower(r), upper(r) - 1) s"
                        + " where inbox = '" + inbox + "' group by s having count(*) > 1"))
                .isEmpty();
    }

    /** Somebody who works on the tables, and so keeps them from being swapped. */
    private Connection holding() throws SQLException {
        Connection holder = rig.writer.getConnection();
        holder.setAutoCommit(false);
        try (Statement statement = holder.createStatement()) {
            statement.execute("lock table inbox.generation in access share mode");
        }
        return holder;
    }

    private boolean isThere() throws SQLException {
        return RebuildRig.rows(rig.owner, "select to_regclass('inbox_next.event') is not null")
                .contains("t");
    }

    private boolean isBuilt() throws SQLException {
        return isThere()
                && rig.rows("select count(*) from inbox_next.event where org = '" + org + "'")
                        .contains("200");
    }

    private static Rebuild rebuilt(RebuildRunner instance) {
        instance.begin();
        await().atMost(SOON).until(() -> last(instance).state() == State.DONE);
        return last(instance);
    }

    private static Rebuild last(RebuildRunner instance) {
        return instance.overview().last().orElseThrow();
    }

    private Map<String, List<String>> tables() throws SQLException {
        Map<String, List<String>> tables = new TreeMap<>();
        tables.put("secret", RebuildRig.rows(rig.owner, "select * from inbox.secret order by name"));
        for (Map.Entry<String, String> table : TABLES.entrySet()) {
            tables.put(table.getKey(), rig.rows(table.getValue()));
        }
        return tables;
    }

    private List<List<String>> shape() throws SQLException {
        List<List<String>> shape = new ArrayList<>();
        for (String sql : SHAPE) {
            shape.add(RebuildRig.rows(rig.owner, sql));
        }
        return shape;
    }
}
