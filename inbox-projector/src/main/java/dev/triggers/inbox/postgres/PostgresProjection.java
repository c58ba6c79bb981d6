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
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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

    /** Who is told, when the transaction commits, in which orgs something happened. */
    @FunctionalInterface
    interface WakeUp {
        void tell(Connection connection, Collection<OrgId> orgs) throws SQLException;
    }

    public PostgresProjection(
            DataSource writer,
            DayPartitions days,
            Retention retention,
            DeadLetterLog deadLetters,
            ProjectionMeters meters) {
        this(writer, days, retention, deadLetters, meters, Notifications::tell);
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
        Keepable keepable = Keepable.of(batch, retention);
        days.ensure(keepable.days());
        Books books = new Books(batch);
        keepable.expired().forEach(books::expired);
        try (Connection connection = writer.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Generation.hold(connection);
                boolean ours = move(connection, batch);
                if (ours) {
                    write(connection, batch, keepable, books);
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
        } catch (SQLException e) {
            days.forget(keepable.days()); // one may have been dropped meanwhile
            throw e;
        }
    }

    private static boolean move(Connection connection, Batch batch) throws SQLException {
        for (Entry<TopicPartition, Batch.Span> span : batch.spans().entrySet()) {
            if (!Positions.move(
                    connection,
                    span.getKey(),
                    span.getValue().from(),
                    span.getValue().to())) {
                return false;
            }
        }
        return true;
    }

    private void write(Connection connection, Batch batch, Keepable keepable, Books books) throws SQLException {
        Narrowing narrowing = new Narrowing(connection);
        List<DeadLetter> letters = new ArrayList<>(batch.unreadable());
        List<Accepted> placeholders = new ArrayList<>(keepable.placeholders());
        List<Rejected> unkept = new ArrayList<>();
        narrowing.write(keepable.accepted(), EventRows::copyEvents, (event, why) -> {
            placeholders.add(Placeholder.of(event));
            letters.add(batch.origins().letter(event, why));
            books.dead(Topics.ACCEPTED);
        });
        EventRows.copyEvents(connection, placeholders);
        narrowing.write(keepable.rejected(), EventRows::copyRejections, (rejected, why) -> {
            unkept.add(Placeholder.of(rejected));
            letters.add(batch.origins().letter(rejected, why));
            books.dead(Topics.REJECTED);
        });
        EventRows.copyRejections(connection, unkept);
        raiseHeads(connection, batch);
        HourRows.count(
                connection, new Batch(batch.spans(), Keepable.all(batch), batch.rejected(), batch.dispositions()));
        wakeUp.tell(connection, orgsOf(batch));
        narrowing.write(batch.dispositions(), PostgresProjection::dispose, (disposition, why) -> {
            letters.add(batch.origins().letter(disposition, why));
            books.dead(Topics.DISPOSITIONS);
        });
        setAside(connection, placeholders);
        if (!letters.isEmpty()) {
            deadLetters.append(letters);
        }
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
            for (Acknowledged open : Settled.open(connection, together)) {
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
    private static void raiseHeads(Connection connection, Batch batch) throws SQLException {
        Map<String, Accepted> last = new TreeMap<>();
        for (Accepted accepted : Keepable.all(batch)) {
            last.merge(accepted.event().org().toString(), accepted, (a, b) -> a.sequence() > b.sequence() ? a : b);
        }
        if (last.isEmpty()) {
            return;
        }
        Object[] orgs = last.values().stream()
                .map(a -> a.event().org())
                .map(OrgId::value)
                .toArray();
        Object[] sequences = last.values().stream().map(Accepted::sequence).toArray();
        try (PreparedStatement raise = connection.prepareStatement(RAISE_HEADS)) {
            raise.setArray(1, connection.createArrayOf("uuid", orgs));
            raise.setArray(2, connection.createArrayOf("bigint", sequences));
            raise.executeUpdate();
        }
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
