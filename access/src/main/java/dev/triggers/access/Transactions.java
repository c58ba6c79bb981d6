package dev.triggers.access;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Runs work in one transaction each. What fails is {@link KeysUnavailable}, and it may be done or not when it committed. */
record Transactions(DataSource dataSource) {

    /** @param done what the work is called in a message: "an organisation could not be …" */
    <T> T in(String done, Work<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            T result = work.on(connection);
            connection.commit();
            return result;
        } catch (SQLException e) {
            throw new KeysUnavailable("an organisation could not be " + done, e);
        }
    }

    /** What is done on a connection. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }
}
