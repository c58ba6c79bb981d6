package dev.triggers.inbox.postgres;

import dev.triggers.inbox.postgres.NextGeneration.LastStep;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** The schemas that hold generations of the tables, as the owner makes, swaps and drops them. */
final class GenerationSchemas {

    /** What was replaced, until it is dropped. */
    static final String OLD = "inbox_old";

    private static final String LOCK_TIMEOUT = "set local lock_timeout = '1s'";
    private static final String EXISTS = "select to_regnamespace(?) is not null";
    private static final String DIFFERENT_HISTORY = """
            select exists (
              (select version, checksum from inbox.flyway_schema_history
               except select version, checksum from inbox_next.flyway_schema_history)
              union all
              (select version, checksum from inbox_next.flyway_schema_history
               except select version, checksum from inbox.flyway_schema_history))""";
    private static final String PARTITIONS_OF = """
            select relname from pg_class where relnamespace = to_regnamespace(?) and relkind = 'r' and relispartition
            order by relname""";
    private static final List<String> OWNED_BY_NO_LOG = List.of(
            "delete from inbox_next.secret",
            "insert into inbox_next.secret select * from inbox.secret",
            "delete from inbox_next.rebuild",
            "insert into inbox_next.rebuild select * from inbox.rebuild",
            "update inbox_next.generation set number = (select number + 1 from inbox.generation)");
    private static final String DONE = """
            update inbox_next.rebuild set state = 'done', ended_at = clock_timestamp(), done = total where id = ?""";

    private final DataSource owner;
    private final InboxSchema.Passwords passwords;

    GenerationSchemas(DataSource owner, InboxSchema.Passwords passwords) {
        this.owner = owner;
        this.passwords = passwords;
    }

    boolean exists(String schema) throws SQLException {
        try (Connection connection = owner.getConnection();
                PreparedStatement select = connection.prepareStatement(EXISTS)) {
            select.setString(1, schema);
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** Whether the next generation was made by the migrations that made the one in use. */
    boolean isUpToDate(String schema) throws SQLException {
        try (Connection connection = owner.getConnection();
                PreparedStatement select = connection.prepareStatement("select to_regclass(?) is not null")) {
            select.setString(1, schema + ".flyway_schema_history");
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1) && !historyDiffers(connection);
            }
        }
    }

    private static boolean historyDiffers(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(DIFFERENT_HISTORY)) {
            return row.next() && row.getBoolean(1);
        }
    }

    void migrate(String schema) {
        InboxSchema.migrate(OtherSchema.over(owner, schema), schema, passwords);
    }

    void swap(LastStep last, UUID rebuild) throws SQLException, InterruptedException {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try {
                statement.execute(LOCK_TIMEOUT);
                statement.execute(Generation.HOLD_ALONE);
                if (historyDiffers(connection)) {
                    throw new SQLException(
                            "schema " + NextGeneration.SCHEMA + ": migrated otherwise than the one in use");
                }
                last.run();
                for (String sql : OWNED_BY_NO_LOG) {
                    statement.execute(sql);
                }
                try (PreparedStatement done = connection.prepareStatement(DONE)) {
                    done.setObject(1, rebuild);
                    done.executeUpdate();
                }
                statement.execute("alter schema inbox rename to " + OLD);
                statement.execute("alter schema " + NextGeneration.SCHEMA + " rename to inbox");
                Notifications.tellAll(connection);
                connection.commit();
            } catch (SQLException | InterruptedException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    /** A partition at a time, each in a transaction of its own, then the rest. Not there: nothing to do. */
    void drop(String schema) throws SQLException {
        try (Connection connection = owner.getConnection()) {
            connection.setAutoCommit(true);
            for (String partition : partitions(connection, schema)) {
                execute(connection, "drop table " + schema + "." + partition);
            }
            execute(connection, "drop schema if exists " + schema + " cascade");
        }
    }

    private static List<String> partitions(Connection connection, String schema) throws SQLException {
        List<String> partitions = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(PARTITIONS_OF)) {
            select.setString(1, schema);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    partitions.add(row.getString(1));
                }
            }
        }
        return partitions;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
