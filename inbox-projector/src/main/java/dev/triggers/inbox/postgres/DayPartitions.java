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

    private static final List<Table> TABLES =
            List.of(new Table("event", "accepted_at"), new Table("rejection", "decided_at"));
    private static final DateTimeFormatter SUFFIX = DateTimeFormatter.BASIC_ISO_DATE;
    /** One instance at a time makes partitions. Any constant does. */
    private static final long ADVISORY_LOCK = 0x7472_6967_6461_7973L;

    private final DataSource owner;
    private final Set<LocalDate> known = ConcurrentHashMap.newKeySet();

    private record Table(String name, String column) {}

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

    private static void create(Statement statement, Table table, String partition, LocalDate day) throws SQLException {
        String parent = "inbox." + table.name();
        String from = "'" + day + " 00:00:00+00'";
        String to = "'" + day.plusDays(1) + " 00:00:00+00'";
        statement.execute("create table " + partition + " (like " + parent + " including all)");
        statement.execute("alter table " + partition + " add constraint one_day check (" + table.column() + " >= "
                + from + " and " + table.column() + " < " + to + ")");
        statement.execute("alter table " + parent + " attach partition " + partition + " for values from (" + from
                + ") to (" + to + ")");
        statement.execute("alter table " + partition + " drop constraint one_day");
    }
}
