package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Ordered;
import dev.triggers.common.disposition.Disposition.Purged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.Disposition.Redriven;
import dev.triggers.common.disposition.Disposition.Replayed;
import dev.triggers.common.disposition.Disposition.Stamped;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Rejected;
import dev.triggers.inbox.projection.Batch;
import dev.triggers.inbox.projection.Projection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;

/** The projection in Postgres, written under the projector's role. */
public final class PostgresProjection implements Projection {

    private static final String RAISE_HEADS = """
            insert into inbox.head as h (org, sequence) select * from unnest(?, ?)
            on conflict (org) do update set sequence = greatest(h.sequence, excluded.sequence)""";

    private final DataSource writer;
    private final DayPartitions days;

    public PostgresProjection(DataSource writer, DayPartitions days) {
        this.writer = writer;
        this.days = days;
    }

    @Override
    public Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) throws SQLException {
        try (Connection connection = writer.getConnection()) {
            return Positions.of(connection, partitions);
        }
    }

    @Override
    public boolean apply(Batch batch) throws SQLException {
        days.ensure(daysOf(batch));
        try (Connection connection = writer.getConnection()) {
            connection.setAutoCommit(false);
            try {
                boolean ours = move(connection, batch);
                if (ours) {
                    write(connection, batch);
                    connection.commit();
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

    private static void write(Connection connection, Batch batch) throws SQLException {
        if (!batch.accepted().isEmpty()) {
            EventRows.copyEvents(connection, batch.accepted());
            raiseHeads(connection, batch.accepted());
        }
        if (!batch.rejected().isEmpty()) {
            EventRows.copyRejections(connection, batch.rejected());
        }
        HourRows.count(connection, batch);
        Notifications.tell(connection, orgsOf(batch));
        for (Disposition disposition : batch.dispositions()) {
            if (disposition instanceof Stamped stamped) {
                Stamps.apply(connection, stamped);
                continue;
            }
            Optional<DeliveryRows> rows = DeliveryRows.lock(connection, disposition.org(), disposition.inbox());
            if (rows.isPresent()) { // of a deleted inbox nothing is kept
                write(connection, rows.get(), disposition);
            }
        }
    }

    private static void write(Connection connection, DeliveryRows rows, Disposition disposition) throws SQLException {
        switch (disposition) {
            case Acknowledged acknowledged -> rows.acknowledge(acknowledged.sequences());
            case Quarantined quarantined -> rows.quarantine(quarantined.sequences());
            case Redriven redriven -> {
                OperationRows.applied(connection, redriven);
                rows.redrive(redriven.sequences());
            }
            case Replayed replayed -> {
                Sequences settled = OperationRows.applied(connection, replayed);
                rows.reopen(replayed.sequences().minus(settled));
            }
            case Purged purged -> {
                OperationRows.applied(connection, purged);
                rows.acknowledge(purged.sequences());
            }
            case Stamped _ -> throw new IllegalStateException("a stamp is about no sequences");
        }
    }

    /** In one order in every transaction, so that two projectors never wait for each other in a circle. */
    private static void raiseHeads(Connection connection, List<Accepted> events) throws SQLException {
        Map<String, Accepted> last = new TreeMap<>();
        for (Accepted accepted : events) {
            last.merge(accepted.event().org().toString(), accepted, (a, b) -> a.sequence() > b.sequence() ? a : b);
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
        batch.accepted().forEach(accepted -> orgs.add(accepted.event().org()));
        batch.rejected().forEach(rejected -> orgs.add(rejected.org()));
        batch.dispositions().stream()
                .filter(disposition -> disposition instanceof Ordered || disposition instanceof Stamped)
                .forEach(disposition -> orgs.add(disposition.org()));
        return orgs;
    }

    private static Set<LocalDate> daysOf(Batch batch) {
        Set<LocalDate> days = new TreeSet<>();
        for (Accepted accepted : batch.accepted()) {
            days.add(LocalDate.ofInstant(accepted.decidedAt(), ZoneOffset.UTC));
        }
        for (Rejected rejected : batch.rejected()) {
            days.add(LocalDate.ofInstant(rejected.decidedAt(), ZoneOffset.UTC));
        }
        return days;
    }
}
