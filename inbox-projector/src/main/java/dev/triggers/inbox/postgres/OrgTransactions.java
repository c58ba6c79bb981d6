package dev.triggers.inbox.postgres;

import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.InboxUnavailable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** Transactions that see one org: the reading role's, with the org named for row-level security. */
final class OrgTransactions {

    private static final String ONE_SNAPSHOT = "set transaction isolation level repeatable read, read only";
    private static final String EACH_STATEMENT_ITS_OWN = "set transaction isolation level read committed, read write";
    /** Sent together, in one round trip. */
    private static final String BEGIN = "; " + Generation.HOLD + "; select set_config('app.org', ?, true)";

    /**
     * Plans are made once for a connection and not for each call, and by index, whatever was known of the tables then: they
     * may have been empty. To plan takes longer than most of these statements do.
     */
    private static final String PLAN_ONCE = ", set_config('plan_cache_mode', 'force_generic_plan', true),"
            + " set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)";

    private final DataSource reader;
    private final String rest;

    OrgTransactions(DataSource reader) {
        this(reader, "");
    }

    private OrgTransactions(DataSource reader, String rest) {
        this.reader = reader;
        this.rest = rest;
    }

    /** For statements that are few, run often, and each find their rows by an index: they are planned once. */
    static OrgTransactions plannedOnce(DataSource reader) {
        return new OrgTransactions(reader, PLAN_ONCE);
    }

    /** What runs inside. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    /** Reads from one snapshot. Throws {@link InboxUnavailable} when Postgres fails. */
    <T> T read(OrgId org, Work<T> work) {
        return run(ONE_SNAPSHOT, org, work);
    }

    /** Commits what the work did, or nothing of it. Throws {@link InboxUnavailable} when Postgres fails. */
    <T> T write(OrgId org, Work<T> work) {
        return run(EACH_STATEMENT_ITS_OWN, org, work);
    }

    /** One query that is all of its transaction. */
    interface Reading<T> {

        String query();

        /**
         * Sets what it asks for.
         *
         * @param from the first of its parameters
         */
        void set(PreparedStatement query, int from) throws SQLException;

        /** What it returns. */
        T read(ResultSet rows) throws SQLException;
    }

    /** Reads with one query, beginning and end in the same round trip. Throws {@link InboxUnavailable} when Postgres fails. */
    <T> T read(OrgId org, Reading<T> reading) {
        return inTransaction(connection -> {
            String sql = EACH_STATEMENT_ITS_OWN + BEGIN + rest + "; " + reading.query() + "; commit";
            try (PreparedStatement all = connection.prepareStatement(sql)) {
                all.setString(1, org.toString());
                reading.set(all, 2);
                skipToName(all);
                return reading.read(next(all));
            }
        });
    }

    /** Queries that are sent with the beginning, in the same round trip. */
    interface Opening<F> {

        /** Each returns rows. */
        List<String> queries();

        /**
         * Sets what they ask for.
         *
         * @param from the first of their parameters
         */
        void set(PreparedStatement queries, int from) throws SQLException;

        /** What they return, one after the other. */
        F read(Connection connection, Results results) throws SQLException;
    }

    /** What several queries return. */
    @FunctionalInterface
    interface Results {
        ResultSet next() throws SQLException;
    }

    /** Work on what was read at the beginning. */
    @FunctionalInterface
    interface WorkOn<F, T> {
        T run(Connection connection, F first) throws SQLException;
    }

    /** Commits what the work did, or nothing of it, like {@link #write(OrgId, Work)}; begins with some queries. */
    <F, T> T write(OrgId org, Opening<F> opening, WorkOn<F, T> work) {
        return inTransaction(connection -> work.run(connection, begin(connection, org, opening)));
    }

    private <T> T run(String isolation, OrgId org, Work<T> work) {
        return inTransaction(connection -> {
            try (PreparedStatement begin = connection.prepareStatement(isolation + BEGIN + rest)) {
                begin.setString(1, org.toString());
                begin.execute();
            }
            return work.run(connection);
        });
    }

    private <F> F begin(Connection connection, OrgId org, Opening<F> opening) throws SQLException {
        String sql = EACH_STATEMENT_ITS_OWN + BEGIN + rest + "; " + String.join("; ", opening.queries());
        try (PreparedStatement begin = connection.prepareStatement(sql)) {
            begin.setString(1, org.toString());
            opening.set(begin, 2);
            skipToName(begin);
            return opening.read(connection, () -> next(begin));
        }
    }

    private static void skipToName(PreparedStatement begin) throws SQLException {
        boolean rows = begin.execute();
        while (!rows) {
            rows = begin.getMoreResults();
        }
    }

    private static ResultSet next(PreparedStatement begun) throws SQLException {
        if (!begun.getMoreResults()) {
            throw new SQLException("a query at the beginning of a transaction returned no rows");
        }
        return begun.getResultSet();
    }

    private <T> T inTransaction(Work<T> work) {
        try (Connection connection = reader.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new InboxUnavailable("postgres: " + e.getMessage(), e);
        }
    }
}
