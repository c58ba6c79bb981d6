package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Disposition.Stamp;
import dev.triggers.common.disposition.Disposition.Stamped;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Outcome;
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.projection.Batch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The books, kept with the rows they are about, in the same transaction: how many outcomes each org has in each hour, and
 * how far outcomes have come. Rows are changed in one order in every transaction, so that two projectors never wait for
 * each other in a circle.
 */
final class HourRows {

    private static final String COUNT = """
            insert into inbox.hour as h (org, hour, outcome, submissions, first_sequence, last_sequence)
            select * from unnest(?, ?, ?, ?, ?, ?)
            on conflict (org, hour, outcome) do update set
              submissions = h.submissions + excluded.submissions,
              first_sequence = least(h.first_sequence, excluded.first_sequence),
              last_sequence = greatest(h.last_sequence, excluded.last_sequence)""";
    private static final String RAISE = """
            insert into inbox.decided as d (topic, partition, through) values (?, ?, ?)
            on conflict (topic, partition) do update set through = greatest(d.through, excluded.through)""";

    private HourRows() {}

    static void count(Connection connection, Batch batch) throws SQLException {
        Map<Key, Count> counts = new TreeMap<>();
        for (Accepted accepted : batch.accepted()) {
            add(counts, accepted.event().org(), accepted.decidedAt(), Outcome.ACCEPTED, accepted.sequence());
        }
        for (Rejected rejected : batch.rejected()) {
            add(counts, rejected.org(), rejected.decidedAt(), rejected.outcome(), null);
        }
        if (!counts.isEmpty()) {
            write(connection, counts);
        }
        raise(connection, Topics.ACCEPTED.name(), batch.accepted(), Accepted::receipt);
        raise(connection, Topics.REJECTED.name(), batch.rejected(), Rejected::receipt);
        raise(connection, Topics.DISPOSITIONS.name(), stamps(batch), Stamp::receipt);
    }

    private static List<Stamp> stamps(Batch batch) {
        return batch.dispositions().stream()
                .filter(Stamped.class::isInstance)
                .map(Stamped.class::cast)
                .map(Stamped::stamp)
                .toList();
    }

    private record Key(OrgId org, Instant hour, Outcome outcome) implements Comparable<Key> {

        private static final Comparator<Key> ORDER = Comparator.comparing((Key key) -> key.org.toString())
                .thenComparing(Key::hour)
                .thenComparing(Key::outcome);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    private record Count(
            long submissions,
            @Nullable Long first,
            @Nullable Long last) {

        Count and(Count later) {
            return new Count(
                    submissions + later.submissions,
                    first == null || later.first == null ? null : Long.valueOf(Math.min(first, later.first)),
                    last == null || later.last == null ? null : Long.valueOf(Math.max(last, later.last)));
        }
    }

    private static void add(Map<Key, Count> counts, OrgId org, Instant at, Outcome outcome, @Nullable Long sequence) {
        counts.merge(
                new Key(org, at.truncatedTo(ChronoUnit.HOURS), outcome), new Count(1, sequence, sequence), Count::and);
    }

    private static void write(Connection connection, Map<Key, Count> counts) throws SQLException {
        List<Map.Entry<Key, Count>> rows = List.copyOf(counts.entrySet());
        try (PreparedStatement insert = connection.prepareStatement(COUNT)) {
            array(insert, 1, "uuid", rows, row -> row.getKey().org().value());
            array(insert, 2, "timestamptz", rows, row -> row.getKey().hour().atOffset(ZoneOffset.UTC));
            array(insert, 3, "text", rows, row -> row.getKey().outcome().toString());
            array(insert, 4, "bigint", rows, row -> row.getValue().submissions());
            array(insert, 5, "bigint", rows, row -> row.getValue().first());
            array(insert, 6, "bigint", rows, row -> row.getValue().last());
            insert.executeUpdate();
        }
    }

    private static void array(
            PreparedStatement insert,
            int index,
            String type,
            List<Map.Entry<Key, Count>> rows,
            Function<Map.Entry<Key, Count>, @Nullable Object> column)
            throws SQLException {
        insert.setArray(
                index,
                insert.getConnection()
                        .createArrayOf(type, rows.stream().map(column).toArray()));
    }

    private static <T> void raise(Connection connection, String topic, List<T> outcomes, Function<T, Receipt> receipt)
            throws SQLException {
        Map<Integer, Long> through = new TreeMap<>();
        outcomes.forEach(outcome -> {
            Receipt at = receipt.apply(outcome);
            through.merge(at.partition(), at.offset(), Math::max);
        });
        try (PreparedStatement raise = connection.prepareStatement(RAISE)) {
            for (Map.Entry<Integer, Long> partition : through.entrySet()) {
                raise.setString(1, topic);
                raise.setInt(2, partition.getKey());
                raise.setLong(3, partition.getValue());
                raise.addBatch();
            }
            raise.executeBatch();
        }
    }
}
