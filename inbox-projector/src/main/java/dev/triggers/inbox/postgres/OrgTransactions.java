package dev.triggers.inbox.postgres;

import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.InboxUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Transactions that see one org: the reading role's, with the org named for row-level security. */
final class OrgTransactions {

    private static final String ONE_SNAPSHOT = "set transaction isolation level repeatable read, read only";
    private static final String EACH_STATEMENT_ITS_OWN = "set transaction isolation level read committed, read write";
    /** Sent together, in one round trip. An org id is a UUID: there is nothing in it to be escaped. */
    private static final String BEGIN = "; " + Generation.HOLD + "; select set_config('app.org', '";

    /**
     * Plans are made once for a connection and not for each call, and by index, whatever was known of the tables then: they
     * may have been empty. To plan takes longer than most of these statements do.
     */
    private static final String PLAN_ONCE = "', true), set_config('plan_cache_mode', 'force_generic_plan', true), "
            + "set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)";

    private static final String PLAN_AS_USUAL = "', true)";

    private final DataSource reader;
    private final String rest;

    OrgTransactions(DataSource reader) {
        this(reader, PLAN_AS_USUAL);
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

    private <T> T run(String isolation, OrgId org, Work<T> work) {
        try (Connection connection = reader.getConnection()) {
            connection.setAutoCommit(false);
            try {
                begin(connection, isolation, org);
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

    private void begin(Connection connection, String isolation, OrgId org) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(isolation + BEGIN + org + rest);
        }
    }
}
