package dev.triggers.inbox.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes rows of which some may be poison: values that Postgres refuses each time, SQLSTATE class 22 (data exception).
 * They are found by halving. Any other failure is nobody's fault but the moment's, and ends the transaction: a full
 * disk, a missing partition, a lost connection.
 */
final class Narrowing implements Writing {

    private static final Logger log = LoggerFactory.getLogger(Narrowing.class);
    private static final String DATA_EXCEPTION = "22";

    private final Connection connection;

    /** @param connection in a transaction */
    Narrowing(Connection connection) {
        this.connection = connection;
    }

    @Override
    public <T> void write(List<T> rows, Write<T> write, Poison<T> poison) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        Savepoint before = connection.setSavepoint();
        try {
            write.write(connection, rows);
            connection.releaseSavepoint(before);
            return;
        } catch (SQLException e) {
            if (!isPoison(e)) {
                throw e;
            }
            connection.rollback(before);
            connection.releaseSavepoint(before);
            if (rows.size() == 1) {
                log.atError().addKeyValue("sqlstate", e.getSQLState()).log("record can not be kept, set aside");
                poison.found(rows.getFirst(), "postgres " + e.getSQLState() + ": " + e.getMessage());
                return;
            }
        }
        int half = rows.size() / 2;
        write(rows.subList(0, half), write, poison);
        write(rows.subList(half, rows.size()), write, poison);
    }

    /** Whether rows are why a statement failed. */
    static boolean isPoison(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith(DATA_EXCEPTION);
    }
}
