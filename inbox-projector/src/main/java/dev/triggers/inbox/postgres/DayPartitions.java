package dev.triggers.inbox.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/** The daily partitions of the tables that grow. Attached, not created in place: readers and writers go on meanwhile. */
public final class DayPartitions {

    static final List<Table> TABLES = List.of(new Table("event", "accepted_at"), new Table("rejection", "decided_at"));
    static final DateTimeFormatter SUFFIX = DateTimeFormatter.BASIC_ISO_DATE;
    /** One instance at a time makes partitions. Any constant does. */
    private static final long ADVISORY_LOCK = 0x7472_6967_6461_7973L;

    private final DataSource owner;
    private final Set<LocalDate> known = ConcurrentHashMap.newKeySet();

    /** A table with a partition a day, named {@code table_yyyymmdd}, by this column. */
    record Table(String name, String column) {}

    /** @param owner connections of the role that owns the tables */
    public DayPartitions(DataSource owner) {
        this.owner = owner;
    }

    /** Makes sure each day has its partitions. Days seen before cost nothing. */
    public void ensure(Collection<LocalDate> days) throws SQLException {
        List<LocalDate> missing =
                days.stream().filter(day -> !known.contains(day)).toList();
        if (missing.isEmpty()) {
            return;
        }
        try (Connection connection = owner.getConnection()) {
            for (LocalDate day : missing) {
                attach(connection, day);
                known.add(day);
            }
        }
    }

    /** Asks the database about these days again: somebody else may have dropped them. */
    void forget(Collection<LocalDate> days) {
        known.removeAll(days);
    }

    private static void attach(Connection connection, LocalDate day) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = '2s'");
            statement.execute("select pg_advisory_xact_lock(" + ADVISORY_LOCK + ")");
            for (Table table : TABLES) {
                String partition = "inbox." + table.name() + "_" + SUFFIX.format(day);
                if (!exists(statement, partition)) {
                    create(statement, table, partition, day);
                }
                if (!isAttached(statement, partition)) {
                    attach(statement, table, partition, day);
                }
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
    }

    private static boolean exists(Statement statement, String partition) throws SQLException {
        try (ResultSet row = statement.executeQuery("select to_regclass('" + partition + "') is not null")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static boolean isAttached(Statement statement, String partition) throws SQLException {
        try (ResultSet row = statement.executeQuery(
                "select exists (select from pg_inherits where inhrelid = to_regclass('" + partition + "'))")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static void create(Statement statement, Table table, String partition, LocalDate day) throws SQLException {
        statement.execute("create table " + partition + " (like inbox." + table.name() + " including all)");
        statement.execute("alter table " + partition + " add constraint one_day check (" + table.column() + " >= "
                + start(day) + " and " + table.column() + " < " + start(day.plusDays(1)) + ")");
    }

    /** The check on the column spares Postgres from looking at each row, should there be any. */
    private static void attach(Statement statement, Table table, String partition, LocalDate day) throws SQLException {
        statement.execute("alter table inbox." + table.name() + " attach partition " + partition + " for values from ("
                + start(day) + ") to (" + start(day.plusDays(1)) + ")");
        statement.execute("alter table " + partition + " drop constraint if exists one_day");
    }

    private static String start(LocalDate day) {
        return "'" + day + " 00:00:00+00'";
    }
}
