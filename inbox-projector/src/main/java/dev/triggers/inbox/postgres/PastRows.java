package dev.triggers.inbox.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import javax.sql.DataSource;

/**
 * Removes old rows from tables that are not parted by day: operations and markers with the retention, the books of an hour
 * after twice that time, since they say what went unacknowledged. In small steps, each a transaction of its own; any number
 * of instances may do it at once.
 */
final class PastRows {

    /** Rows removed in one transaction. */
    static final int MOST_ROWS = 1_000;

    private static final String REMOVE_OPERATIONS = removal("operation", "id", "decided_at");
    private static final String REMOVE_MARKERS = removal("marker", "receipt_partition, receipt_offset", "decided_at");
    private static final String REMOVE_HOURS = removal("hour", "org, hour, outcome", "hour");

    private final DataSource writer;
    private final Retention retention;

    PastRows(DataSource writer, Retention retention) {
        this.writer = writer;
        this.retention = retention;
    }

    private static String removal(String table, String key, String age) {
        return """
                delete from inbox.%1$s where (%2$s) in (
                  select %2$s from inbox.%1$s where %3$s < ? order by %3$s limit %4$d for update skip locked)""".formatted(table, key, age, MOST_ROWS);
    }

    /** One step: some rows of each table. How many that were; 0: there is nothing left for now. */
    int removeSome() throws SQLException {
        LocalDate oldest = retention.oldest();
        return removeSome(REMOVE_OPERATIONS, oldest)
                + removeSome(REMOVE_MARKERS, oldest)
                + removeSome(REMOVE_HOURS, oldest.minusDays(retention.days()));
    }

    private int removeSome(String sql, LocalDate oldest) throws SQLException {
        return GenerationTransactions.run(
                writer,
                connection -> remove(
                        connection, sql, oldest.atStartOfDay(ZoneOffset.UTC).toInstant()));
    }

    private static int remove(Connection connection, String sql, Instant oldest) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setObject(1, oldest.atOffset(ZoneOffset.UTC));
            return delete.executeUpdate();
        }
    }
}
