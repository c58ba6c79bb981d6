package dev.triggers.inbox.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The generation of the tables that a transaction works on. Whoever holds it works on one generation until the transaction
 * ends: the swap waits for all that hold it. Taken as a table's lock, because that needs no snapshot: a transaction that
 * waited for the swap sees the tables as the swap left them.
 */
final class Generation {

    /** To be the first statement of a transaction. */
    static final String HOLD = "lock table inbox.generation in access share mode";

    static final String HOLD_ALONE = "lock table inbox.generation in access exclusive mode";

    private Generation() {}

    /** The same, sent with what comes next. */
    static RoundTrip.Part hold() {
        return () -> HOLD;
    }

    static void hold(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(HOLD);
        }
    }
}
