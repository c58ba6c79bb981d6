package dev.triggers.inbox.postgres;

import dev.triggers.inbox.postgres.DayPartitions.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Drops the partitions of days that are over. Each is detached first, concurrently: writers and readers go on, and a
 * transaction that still reads it is waited for, up to a bound; a detach that was broken off there is finished by the
 * next call. One instance at a time does this.
 */
final class PastDays {

    /** Whoever drops holds this for its session. Any constant does, unlike that of {@link DayPartitions}. */
    static final long ADVISORY_LOCK = 0x7472_6967_7061_7374L;

    private static final String LOCK_TIMEOUT = "2s";
    private static final String DAYS_OF = """
            select c.relname, coalesce(i.inhdetachpending, false), i.inhrelid is not null
            from pg_class c left join pg_inherits i on i.inhrelid = c.oid
            where c.relnamespace = 'inbox'::regnamespace and c.relkind = 'r' and c.relname ~ ?
            order by c.relname""";

    private final DataSource owner;

    /** @param owner connections of the role that owns the tables */
    PastDays(DataSource owner) {
        this.owner = owner;
    }

    private enum State {
        ATTACHED,
        DETACHING,
        DETACHED
    }

    private record Day(String partition, LocalDate date, State state) {}

    /**
     * Drops the days before this one. Returns how many partitions were dropped; 0 too when another instance is at it.
     * Throws when a transaction that reads them lasted longer than the bound: what was begun is finished the next time.
     */
    int dropBefore(LocalDate first) throws SQLException {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true); // DETACH CONCURRENTLY runs in transactions of its own
            if (!locked(statement)) {
                return 0;
            }
            try {
                statement.execute("set lock_timeout = '" + LOCK_TIMEOUT + "'");
                int dropped = 0;
                for (Table table : DayPartitions.TABLES) {
                    dropped += dropBefore(first, connection, table);
                }
                return dropped;
            } finally {
                release(connection);
            }
        }
    }

    private static boolean locked(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select pg_try_advisory_lock(" + ADVISORY_LOCK + ")")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** A connection that broke has released it already. */
    private static void release(Connection connection) throws SQLException {
        if (connection.isValid(1)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("reset lock_timeout");
                statement.execute("select pg_advisory_unlock(" + ADVISORY_LOCK + ")");
            }
        }
    }

    private static int dropBefore(LocalDate first, Connection connection, Table table) throws SQLException {
        int dropped = 0;
        try (Statement statement = connection.createStatement()) {
            for (Day day : days(connection, table)) {
                boolean over = day.date().isBefore(first);
                if (day.state() == State.DETACHING) { // no other can be detached before this one is
                    detach(statement, table, day, "finalize");
                } else if (over && day.state() == State.ATTACHED) {
                    detach(statement, table, day, "concurrently");
                }
                if (over) {
                    statement.execute("drop table inbox." + day.partition());
                    dropped++;
                }
            }
        }
        return dropped;
    }

    private static void detach(Statement statement, Table table, Day day, String how) throws SQLException {
        statement.execute(
                "alter table inbox." + table.name() + " detach partition inbox." + day.partition() + " " + how);
    }

    /** Those being detached first, then by age. */
    private static List<Day> days(Connection connection, Table table) throws SQLException {
        List<Day> days = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(DAYS_OF)) {
            select.setString(1, "^" + table.name() + "_[0-9]{8}$");
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    String name = row.getString(1);
                    LocalDate date = LocalDate.parse(name.substring(table.name().length() + 1), DayPartitions.SUFFIX);
                    State attached = row.getBoolean(3) ? State.ATTACHED : State.DETACHED;
                    Day day = new Day(name, date, row.getBoolean(2) ? State.DETACHING : attached);
                    if (day.state() == State.DETACHING) {
                        days.addFirst(day);
                    } else {
                        days.add(day);
                    }
                }
            }
        }
        return days;
    }
}
