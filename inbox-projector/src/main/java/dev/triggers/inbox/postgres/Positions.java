package dev.triggers.inbox.postgres;

import dev.triggers.inbox.projection.Batch.Span;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** How far each topic partition is projected: the offset of the next record to apply. */
final class Positions {

    private static final String CREATE = """
            insert into inbox.position (topic, partition, next_offset) values (?, ?, 0) on conflict do nothing""";
    private static final String SELECT = """
            select next_offset from inbox.position where topic = ? and partition = ?""";
    /** In one order in every transaction, so that two projectors never wait for each other in a circle. */
    private static final String MOVE = """
            with ours as materialized (
              select p.topic, p.partition, m.next
              from inbox.position p
              join unnest(?::text[], ?::int[], ?::bigint[], ?::bigint[]) as m (topic, partition, at, next)
                on p.topic = m.topic and p.partition = m.partition and p.next_offset = m.at
              order by p.topic, p.partition for update of p)
            update inbox.position p set next_offset = ours.next
            from ours where p.topic = ours.topic and p.partition = ours.partition""";

    private Positions() {}

    /** The position of each, 0 where nothing was applied yet. */
    static Map<TopicPartition, Long> of(Connection connection, Collection<TopicPartition> partitions)
            throws SQLException {
        Map<TopicPartition, Long> positions = new HashMap<>();
        try (PreparedStatement create = connection.prepareStatement(CREATE);
                PreparedStatement select = connection.prepareStatement(SELECT)) {
            for (TopicPartition partition : partitions) {
                create.setString(1, partition.topic());
                create.setInt(2, partition.partition());
                create.addBatch();
            }
            create.executeBatch();
            for (TopicPartition partition : partitions) {
                select.setString(1, partition.topic());
                select.setInt(2, partition.partition());
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    positions.put(partition, row.getLong(1));
                }
            }
        }
        return positions;
    }

    /** Moves positions on, each if it still is where the caller believes; otherwise another projector moved it. */
    static GivenRows<Map.Entry<TopicPartition, Span>> move(Map<TopicPartition, Span> spans) {
        return new GivenRows<>(MOVE, List.copyOf(spans.entrySet()))
                .column("text", span -> span.getKey().topic())
                .column("int", span -> span.getKey().partition())
                .column("bigint", span -> span.getValue().from())
                .column("bigint", span -> span.getValue().to());
    }
}
