package dev.triggers.inbox.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** How far each topic partition is projected: the offset of the next record to apply. */
final class Positions {

    private static final String CREATE = """
            insert into inbox.position (topic, partition, next_offset) values (?, ?, 0) on conflict do nothing""";
    private static final String SELECT = """
            select next_offset from inbox.position where topic = ? and partition = ?""";
    private static final String MOVE = """
            update inbox.position set next_offset = ? where topic = ? and partition = ? and next_offset = ?""";

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

    /** Moves a position on, if it still is where the caller believes. False: another projector moved it. */
    static boolean move(Connection connection, TopicPartition partition, long from, long to) throws SQLException {
        try (PreparedStatement move = connection.prepareStatement(MOVE)) {
            move.setLong(1, to);
            move.setString(2, partition.topic());
            move.setInt(3, partition.partition());
            move.setLong(4, from);
            return move.executeUpdate() == 1;
        }
    }
}
