package dev.triggers.inbox.projection;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Where the log is laid down. */
public interface Projection {

    /** The next offset to apply of each partition, 0 where nothing was applied yet. */
    Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) throws SQLException;

    /**
     * Applies a batch and moves the positions on, both or neither. False, and nothing is changed, when a position is
     * not where the batch begins: another projector has the partition.
     */
    boolean apply(Batch batch) throws SQLException;

    /** A batch, ready to be applied: the same as {@link #apply}, of which all is done already that needs no database. */
    default Prepared prepare(Batch batch) {
        return () -> apply(batch);
    }

    /** To be applied once, by any thread. */
    @FunctionalInterface
    interface Prepared {
        boolean apply() throws SQLException;
    }
}
