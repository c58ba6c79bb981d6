package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Ordered;
import dev.triggers.common.disposition.Disposition.Purged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.Disposition.Redriven;
import dev.triggers.common.disposition.Disposition.Replayed;
import dev.triggers.common.disposition.Disposition.Stamped;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.DeadLetter;
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.projection.Batch;
import dev.triggers.inbox.projection.Books;
import dev.triggers.inbox.projection.DeadLetterLog;
import dev.triggers.inbox.projection.Placeholder;
import dev.triggers.inbox.projection.Projection;
import dev.triggers.inbox.projection.ProjectionMeters;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;

/** The projection in Postgres, written under the projector's role. */
public final class PostgresProjection implements Projection {

    private static final String RAISE_HEADS = """
            insert into inbox.head as h (org, sequence) select * from unnest(?, ?)
            on conflict (org) do update set sequence = greatest(h.sequence, excluded.sequence)""";

    private final DataSource writer;
    private final DayPartitions days;
    private final Retention retention;
    private final DeadLetterLog deadLetters;
    private final ProjectionMeters meters;
    private final WakeUp wakeUp;

    /** What tells, when the transaction commits, in which orgs something happened. */
    @FunctionalInterface
    interface WakeUp {
        List<RoundTrip.Part> telling(Collection<OrgId> orgs);
    }

    public PostgresProjection(
            DataSource writer,
            DayPartitions days,
            Retention retention,
            DeadLetterLog deadLetters,
            ProjectionMeters meters) {
        this(writer, days, retention, deadLetters, meters, Notifications::telling);
    }

    PostgresProjection(
            DataSource writer,
            DayPartitions days,
            Retention retention,
            DeadLetterLog deadLetters,
            ProjectionMeters meters,
            WakeUp wakeUp) {
        this.wakeUp = wakeUp;
        this.writer = writer;
        this.days = days;
        this.retention = retention;
        this.deadLetters = deadLetters;
        this.meters = meters;
    }

    @Override
    public Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) throws SQLException {
        try (Connection connection = writer.getConnection()) {
            return Positions.of(connection, partitions);
        }
    }

    /** What can not be read or kept is in the dead letters before its batch is committed. */
    @Override
    public boolean apply(Batch batch) throws SQLException {
        return prepare(batch).apply();
    }

    @Override
    public Prepared prepare(Batch batch) {
        Keepable keepable = Keepable.of(batch, retention);
        List<RoundTrip.Part> about = aboutThem(batch);
        return () -> apply(new Ready(batch, keepable, about));
    }

    /**
     * A batch with what was made of it.
     *
     * @param about what changes with the rows
     */
    private record Ready(Batch batch, Keepable keepable, List<RoundTrip.Part> about) {}

    private boolean apply(Ready ready) throws SQLException {
        days.ensure(ready.keepable().days());
        try {
            return narrowedIfNeeded(ready);
        } catch (SQLException e) {
            days.forget(ready.keepable().days()); // one may have been dropped meanwhile
            throw e;
        }
    }

    /** Savepoints cost a round trip each, so the poison is looked for only once there is some. */
    private boolean narrowedIfNeeded(Ready ready) throws SQLException {
        try {
            return apply(ready, Writing::whole);
        } catch (SQLException e) {
            if (!Narrowing.isPoison(e)) {
                throw e;
            }
            return apply(ready, Narrowing::new);
        }
    }

    /** All of it in one transaction. False: another projector has one of its partitions. */
    private boolean apply(Ready ready, Function<Connection, Writing> writing) throws SQLException {
        Batch batch = ready.batch();
        Books books = new Books(batch);
        ready.keepable().expired().forEach(books::expired);
        try (Connection connection = writer.getConnection()) {
            connection.setAutoCommit(false);
            try {
                GivenRows<?> move = Positions.move(batch.spans());
                RoundTrip.make(connection, List.of(Generation.hold(), move));
                boolean ours = move.changed() == batch.spans().size();
                if (ours) {
                    write(connection, ready, books, writing.apply(connection));
                    connection.commit();
                    meters.booked(books);
                } else {
                    connection.rollback();
                }
                return ours;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    private void write(Connection connection, Ready ready, Books books, Writing writing) throws SQLException {
        Batch batch = ready.batch();
        Keepable keepable = ready.keepable();
        List<DeadLetter> letters = new ArrayList<>(batch.unreadable());
        List<Accepted> placeholders = new ArrayList<>(keepable.placeholders());
        List<Rejected> unkept = new ArrayList<>();
        writing.write(keepable.accepted(), EventRows::copyEvents, (event, why) -> {
            placeholders.add(Placeholder.of(event));
            letters.add(batch.origins().letter(Topics.ACCEPTED, event, why));
            books.dead(Topics.ACCEPTED);
        });
        EventRows.copyEvents(connection, placeholders);
        writing.write(keepable.rejected(), EventRows::copyRejections, (rejected, why) -> {
            unkept.add(Placeholder.of(rejected));
            letters.add(batch.origins().letter(Topics.REJECTED, rejected, why));
            books.dead(Topics.REJECTED);
        });
        EventRows.copyRejections(connection, unkept);
        RoundTrip.make(connection, ready.about());
        writing.write(batch.dispositions(), PostgresProjection::dispose, (disposition, why) -> {
            letters.add(batch.origins().letter(Topics.DISPOSITIONS, disposition, why));
            books.dead(Topics.DISPOSITIONS);
        });
        setAside(connection, placeholders);
        if (!letters.isEmpty()) {
            deadLetters.append(letters);
        }
    }

    /** What changes with the rows: heads, books, and who is told. */
    private List<RoundTrip.Part> aboutThem(Batch batch) {
        List<Accepted> accepted = Keepable.all(batch);
        List<RoundTrip.Part> parts = new ArrayList<>(raisingHeads(accepted));
        parts.addAll(HourRows.count(new Batch(batch.spans(), accepted, batch.rejected(), batch.dispositions())));
        parts.addAll(wakeUp.telling(orgsOf(batch)));
        return parts;
    }

    /** In order, but for acknowledgements that follow one another: those that took effect already are found at once. */
    private static void dispose(Connection connection, List<Disposition> dispositions) throws SQLException {
        List<Acknowledged> together = new ArrayList<>();
        for (Disposition disposition : dispositions) {
            if (disposition instanceof Acknowledged acknowledged) {
                together.add(acknowledged);
                continue;
            }
            acknowledge(connection, together);
            together.clear();
            if (disposition instanceof Stamped stamped) {
                Stamps.apply(connection, stamped);
            } else {
                underLock(connection, disposition);
            }
        }
        acknowledge(connection, together);
    }

    private static void acknowledge(Connection connection, List<Acknowledged> together) throws SQLException {
        if (!together.isEmpty()) {
            Settled settled = new Settled(together);
            RoundTrip.make(connection, List.of(settled));
            for (Acknowledged open : settled.open()) {
                underLock(connection, open);
            }
        }
    }

    /** Of a deleted inbox nothing is kept. */
    private static void underLock(Connection connection, Disposition disposition) throws SQLException {
        Optional<DeliveryRows> rows = DeliveryRows.lock(connection, disposition.org(), disposition.inbox());
        if (rows.isPresent()) {
            write(connection, rows.get(), disposition);
        }
    }

    /** A placeholder holds its sequence; nobody is given it. */
    private static void setAside(Connection connection, List<Accepted> placeholders) throws SQLException {
        for (Accepted placeholder : placeholders) {
            OrgId org = placeholder.event().org();
            Optional<DeliveryRows> rows = DeliveryRows.lock(connection, org, InboxId.defaultOf(org));
            if (rows.isPresent()) {
                rows.get().quarantine(Sequences.of(placeholder.sequence()));
            }
        }
    }

    private static void write(Connection connection, DeliveryRows rows, Disposition disposition) throws SQLException {
        switch (disposition) {
            case Acknowledged acknowledged -> rows.acknowledge(acknowledged.sequences());
            case Quarantined quarantined -> rows.quarantine(quarantined.sequences());
            case Redriven redriven -> {
                if (OperationRows.applied(connection, redriven).isPresent()) {
                    rows.redrive(redriven.sequences());
                }
            }
            case Replayed replayed -> {
                Optional<Sequences> settled = OperationRows.applied(connection, replayed);
                if (settled.isPresent()) {
                    rows.reopen(replayed.sequences().minus(settled.get()));
                }
            }
            case Purged purged -> {
                OperationRows.applied(connection, purged);
                rows.acknowledge(purged.sequences());
            }
            case Stamped _ -> throw new IllegalStateException("a stamp is about no sequences");
        }
    }

    /** In one order in every transaction, so that two projectors never wait for each other in a circle. */
    private static List<RoundTrip.Part> raisingHeads(List<Accepted> accepted) {
        Map<OrgId, Accepted> last = new HashMap<>();
        for (Accepted one : accepted) {
            last.merge(one.event().org(), one, (a, b) -> a.sequence() > b.sequence() ? a : b);
        }
        List<Accepted> inOrder = last.values().stream()
                .sorted(Comparator.comparing((Accepted one) -> one.event().org()))
                .toList();
        return inOrder.isEmpty()
                ? List.of()
                : List.of(new GivenRows<>(RAISE_HEADS, inOrder)
                        .column("uuid", one -> one.event().org().value())
                        .column("bigint", Accepted::sequence));
    }

    private static Set<OrgId> orgsOf(Batch batch) {
        Set<OrgId> orgs = new HashSet<>();
        Keepable.all(batch).forEach(accepted -> orgs.add(accepted.event().org()));
        batch.rejected().forEach(rejected -> orgs.add(rejected.org()));
        batch.dispositions().stream()
                .filter(disposition -> disposition instanceof Ordered || disposition instanceof Stamped)
                .forEach(disposition -> orgs.add(disposition.org()));
        return orgs;
    }
}
