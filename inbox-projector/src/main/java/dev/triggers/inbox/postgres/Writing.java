package dev.triggers.inbox.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** How rows are written of which some may be poison: values that Postgres refuses each time. */
interface Writing {

    /** Writes all of these or none. */
    @FunctionalInterface
    interface Write<T> {
        void write(Connection connection, List<T> rows) throws SQLException;
    }

    /** What to do with one that can not be written. */
    @FunctionalInterface
    interface Poison<T> {
        void found(T row, String why);
    }

    <T> void write(List<T> rows, Write<T> write, Poison<T> poison) throws SQLException;

    /** As if none were poison: where one is, it fails, and with it the transaction. */
    static Writing whole(Connection connection) {
        return new Writing() {
            @Override
            public <T> void write(List<T> rows, Write<T> write, Poison<T> poison) throws SQLException {
                if (!rows.isEmpty()) {
                    write.write(connection, rows);
                }
            }
        };
    }
}
