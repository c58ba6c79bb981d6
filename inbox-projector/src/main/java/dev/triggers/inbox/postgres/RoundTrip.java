package dev.triggers.inbox.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Statements that Postgres is sent together and does one after the other, so that all of them take one round trip. */
final class RoundTrip {

    private RoundTrip() {}

    /** One of the statements. */
    interface Part {

        /** Without a semicolon. */
        String sql();

        /**
         * Sets its parameters.
         *
         * @param from the number of the first
         * @return the number of the next statement's first
         */
        default int set(PreparedStatement all, int from) throws SQLException {
            return from;
        }

        /** Takes what it changed or returned, which is the current result of {@code all}. */
        default void read(PreparedStatement all) throws SQLException {}
    }

    /** Throws what the first of them that fails says; those after it are not done then. */
    static void make(Connection connection, List<? extends Part> parts) throws SQLException {
        if (parts.isEmpty()) {
            return;
        }
        String sql = parts.stream().map(Part::sql).collect(Collectors.joining("; "));
        try (PreparedStatement all = connection.prepareStatement(sql)) {
            int from = 1;
            for (Part part : parts) {
                from = part.set(all, from);
            }
            all.execute();
            for (int i = 0; i < parts.size(); i++) {
                if (i > 0) {
                    all.getMoreResults();
                }
                parts.get(i).read(all);
            }
        }
    }
}
