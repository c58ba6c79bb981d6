package dev.triggers.inbox.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Transactions for all orgs at once, each on one generation of the tables: a swap waits for them, and they for it. */
final class GenerationTransactions {

    private static final String ONE_SNAPSHOT = "set transaction isolation level repeatable read, read only";

    private GenerationTransactions() {}

    /** What runs inside. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** Commits what the work did, or nothing of it. */
    static <T> T run(DataSource source, Work<T> work) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            return run(connection, work);
        }
    }

    /** Reads from one snapshot. */
    static <T> T read(DataSource source, Work<T> work) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute(ONE_SNAPSHOT);
            }
            return run(connection, work);
        }
    }

    private static <T> T run(Connection connection, Work<T> work) throws SQLException {
        try {
            Generation.hold(connection);
            T result = work.run(connection);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        }
    }
}
